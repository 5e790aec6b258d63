/** Devices by tag, name or id. */
import * as pulumi from "@pulumi/pulumi";
import type { GetDevicesArgs, GetDevicesResult } from "../../provider/lookup/types.js";
import type { GetDevicesOutputArgs } from "../args.js";
import { mockedCall } from "../program/mocks.js";
import { currentProgram } from "../program/program.js";

/** The look-up as a mocked `call` sees it; `deviceTags` make it too. */
export const GET_DEVICES = {
  name: "getDevices",
  answer: { property: "ids", example: '{ ids: ["575ecf887ae143cd83dc4aa2"], devices: [] }' },
};

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
    const mocked = mockedCall<GetDevicesResult>({ ...GET_DEVICES, args });
    if (mocked !== undefined) return mocked;
    const { findDevices } = await import("../../provider/lookup/devices.js");
    return findDevices(program, "getDevices", args);
  });
}

/** As {@link getDevices}, for arguments that are outputs; unknown in a preview while they are. */
export function getDevicesOutput(args: GetDevicesOutputArgs = {}): pulumi.Output<GetDevicesResult> {
  return pulumi.output(args).apply((known) => getDevices(known as GetDevicesArgs));
}
