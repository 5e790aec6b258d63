/** Devices by tag, name or id. */
import * as pulumi from "@pulumi/pulumi";
import type { Device } from "../../provider/losant/types.js";
import { currentProgram } from "../program/program.js";

/** Selects devices that carry it. Key and value both have to match; one of them left out stands for any. */
export interface DeviceTagArgs {
  /** 1 to 255 letters, digits, `_` and `-`. */
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

/** What {@link getDevices} looks for. Each property narrows the answer further. */
export interface GetDevicesArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string | undefined;
  /** ANY of them selects a device; within one, key AND value have to match. */
  readonly tags?: readonly DeviceTagArgs[] | undefined;
  /** A device's name, with `*` for anything: `line-*`. Upper and lower case differ. */
  readonly name?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  /**
   * Only devices of this class; `any` for all. Edge workflows run on edge compute devices alone.
   * @default "edgeCompute"
   */
  readonly deviceClass?: string | undefined;
}

/** As {@link GetDevicesArgs}, with outputs of other resources allowed. */
export interface GetDevicesOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined> | undefined;
  readonly tags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[] | undefined> | undefined;
  readonly name?: pulumi.Input<string | undefined> | undefined;
  readonly ids?: pulumi.Input<readonly pulumi.Input<string>[] | undefined> | undefined;
  readonly deviceClass?: pulumi.Input<string | undefined> | undefined;
}

/** The devices found, sorted by id. */
export interface GetDevicesResult {
  readonly applicationId: string;
  /** What `deviceIds` of an EdgeDeployment takes. */
  readonly ids: string[];
  readonly devices: Device[];
}

/**
 * The devices of an application by tag, name or id; all its edge compute devices if nothing is named.
 *
 * Needs the token scope `devices.get`. Equal questions are asked once in a program.
 *
 * @throws RunError if a tag, the name or an id matches no device, with what comes close
 *
 * @example
 * ```ts
 * import * as losant from "pulumi-losant";
 *
 * const { ids } = await losant.getDevices({ tags: [{ key: "site", value: "detroit" }], name: "line-*" });
 * ```
 */
export async function getDevices(args: GetDevicesArgs = {}): Promise<GetDevicesResult> {
  const program = currentProgram();
  return program.lookUp(async () => {
    const { findDevices } = await import("./find-devices.js");
    return findDevices(program, "getDevices", args);
  });
}

/** As {@link getDevices}, for arguments that are outputs; unknown in a preview while they are. */
export function getDevicesOutput(args: GetDevicesOutputArgs = {}): pulumi.Output<GetDevicesResult> {
  return pulumi.output(args).apply((known) => getDevices(known as GetDevicesArgs));
}
