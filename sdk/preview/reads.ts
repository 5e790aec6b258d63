/**
 * What the plan reads of Losant: each flow, each version and each device once in a program, however many resources
 * speak of them, and versions and devices only where something is to move.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "../../provider/resource/inputs.js";
import { isForbidden, isNotFound } from "../../provider/losant/errors.js";
import type { Device, Flow, LosantClient, LosantId } from "../../provider/losant/types.js";
import { toFleet } from "../../provider/resource/fleet.js";
import type { Fleet, FlowRef } from "../../provider/resource/fleet.js";
import type { Move } from "../../provider/decision/plan.js";
import { rowsOf } from "../../provider/lookup/deployments.js";
import { versionsOf, WORKING_COPY } from "../../provider/lookup/workflow.js";
import type { EdgeWorkflowVersion } from "../../provider/lookup/types.js";
import { didYouMean } from "../../provider/lookup/suggestions.js";
import type { Patience, Program } from "../program/program.js";
import { createDeviceReader } from "../../provider/lookup/device-reader.js";
import type { DeviceReader } from "../../provider/lookup/device-reader.js";
import { PreviewFailure } from "./failure.js";

/** What is known of the declared version. */
export interface VersionFacts {
  readonly kind: "exists" | "workingCopy";
  readonly minimumAgentVersion?: string;
}

type Version = VersionFacts | { readonly kind: "missing"; readonly others: readonly string[] };

export type Devices = ReadonlyMap<LosantId, Device | undefined>;

/** Each answers undefined for what it cannot read, which is said once. */
export interface Reads {
  /** @throws PreviewFailure if there is no such application for the token */
  fleet(flow: FlowRef): Promise<Fleet | undefined>;
  /**
   * Undefined also where nothing moves to the version.
   *
   * @param flowText - how messages call the workflow
   * @throws PreviewFailure if there is no such workflow or version
   */
  version(inputs: Inputs, moves: readonly Move[], flowText: string): Promise<VersionFacts | undefined>;
  /**
   * Looks a workflow up that no device carries, and of which no version was read.
   * @throws PreviewFailure if there is none
   */
  flow(flow: FlowRef): Promise<void>;
  /** The devices that are to get the version; `undefined` for one that does not exist. */
  devices(inputs: Inputs, moves: readonly Move[]): Promise<Devices | undefined>;
}

/** What Losant's own sentences may name. */
const FLOW = ["applicationId", "flowId"];

/** A preview waits for the plan at most this long after everything else is done. */
const PATIENCE: Patience = { timeoutMs: 10_000, totalTimeoutMs: 20_000 };

/** @param beforeDevices - ends when the other resources ask for their devices too: they are read together */
export function createReads(program: Program, beforeDevices: () => Promise<void> = async () => {}): Reads {
  const client = (applicationId: LosantId): Promise<LosantClient> => program.client(applicationId, PATIENCE);

  return {
    fleet: (flow) =>
      program.once(["fleet", flow.applicationId, flow.flowId], () =>
        orLeftOut(program, "what will move", flow.applicationId, async () =>
          toFleet(await rowsOf(program, await client(flow.applicationId), flow.applicationId, { flowId: flow.flowId })),
        ),
      ),

    version: async ({ applicationId, flowId, version }, moves, flowText) => {
      if (version === null || !moves.some((move) => move.to === version)) return undefined;
      const found = await program.once(["version", applicationId, flowId, version], () =>
        orLeftOut(program, "whether versions exist", applicationId, async () =>
          versionFacts(program, await client(applicationId), { applicationId, flowId }, version),
        ),
      );
      if (found?.kind !== "missing") return found;
      throw new PreviewFailure(
        `workflow ${flowText} has no version "${version}": ${didYouMean(version, found.others)}`,
        ["version"],
      );
    },

    flow: async ({ applicationId, flowId }) => {
      const found = await program.once(["flow for the plan", applicationId, flowId], () =>
        orUnknown(async () => (await client(applicationId)).getFlow(applicationId, flowId)),
      );
      if (found instanceof PreviewFailure) throw found;
    },

    devices: async ({ applicationId, version }, moves) => {
      const ids = version === null ? [] : moves.filter((move) => move.to === version).map((move) => move.deviceId);
      if (ids.length === 0) return undefined;
      return orLeftOut(program, "the class and the agent of devices", applicationId, async () => {
        const reader = await program.once(["deviceReader", applicationId], async (): Promise<DeviceReader> =>
          createDeviceReader(await client(applicationId), applicationId),
        );
        await beforeDevices();
        return reader.read(ids);
      });
    },
  };
}

async function versionFacts(
  program: Program,
  client: LosantClient,
  { applicationId, flowId }: FlowRef,
  version: string,
): Promise<Version> {
  // A program that looked the workflow up has read its versions.
  const listed = await program.asked<EdgeWorkflowVersion[]>(["versions", applicationId, flowId]);
  const known = listed?.find((entry) => entry.version === version);
  if (known !== undefined) return { kind: "exists", minimumAgentVersion: known.minimumAgentVersion };
  try {
    const { minimumAgentVersion } = await client.getFlowVersion(applicationId, flowId, version);
    return {
      kind: version === WORKING_COPY ? "workingCopy" : "exists",
      minimumAgentVersion: minimumAgentVersion ?? undefined,
    };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const others = await versionsOf(program, client, applicationId, flowId);
    return { kind: "missing", others: others.map((other) => other.version) };
  }
}

/** A token need not have the scope for it. */
async function orUnknown(read: () => Promise<Flow>): Promise<Flow | PreviewFailure | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return new PreviewFailure(error.message, FLOW);
    void pulumi.log.debug(`the preview does not say whether the workflow exists: ${String(error)}`);
    return undefined;
  }
}

/**
 * What cannot be read is left out of the plan, and that is said once, not for each resource.
 *
 * @throws PreviewFailure for what does not exist
 */
async function orLeftOut<T>(
  program: Program,
  what: string,
  applicationId: LosantId,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) throw new PreviewFailure(error.message, FLOW);
    await program.once(["left out", what, applicationId], async () => {
      const message = `this preview does not say ${what}: ${error instanceof Error ? error.message : String(error)}`;
      const hint = "`pulumi config set losant:preflight false` turns the plan in previews off.";
      // A scope that was left out on purpose is no reason to warn at each preview.
      await (isForbidden(error) ? pulumi.log.info(`${message} (${hint})`) : pulumi.log.warn(`${message} ${hint}`));
    });
    return undefined;
  }
}
