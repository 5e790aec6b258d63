/**
 * What the plan reads of Losant: each flow, each version and each device once in a program, however many resources
 * speak of them, and versions and devices only where something is to move.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "../../provider/inputs.js";
import { isForbidden, isNotFound } from "../../provider/losant/errors.js";
import type { Device, LosantClient, LosantId } from "../../provider/losant/types.js";
import { toFleet } from "../../provider/observe.js";
import type { Fleet, FlowRef } from "../../provider/observe.js";
import type { Move } from "../../provider/plan.js";
import { rowsOf } from "../find-edge-deployments.js";
import { versionsOf, WORKING_COPY } from "../find-edge-workflow.js";
import type { EdgeWorkflowVersion } from "../get-edge-workflow.js";
import type { Patience, Program } from "../program.js";
import { createDeviceReader } from "./devices.js";
import type { DeviceReader } from "./devices.js";

/** What is known of the declared version. */
export type VersionFacts =
  | { readonly kind: "exists"; readonly minimumAgentVersion?: string | undefined }
  | { readonly kind: "workingCopy"; readonly minimumAgentVersion?: string | undefined }
  | { readonly kind: "missing"; readonly others: readonly string[] };

export type Devices = ReadonlyMap<LosantId, Device | undefined>;

export interface Reads {
  fleet(flow: FlowRef): Promise<Fleet | undefined>;
  /** Undefined where nothing moves to the version, or it cannot be read. */
  version(inputs: Inputs, moves: readonly Move[]): Promise<VersionFacts | undefined>;
  /** The devices that are to get the version; `undefined` for one that does not exist. */
  devices(inputs: Inputs, moves: readonly Move[], fleet: Fleet): Promise<Devices | undefined>;
}

/** A preview waits for the plan at most this long after everything else is done. */
const PATIENCE: Patience = { timeoutMs: 10_000, totalTimeoutMs: 20_000 };

export function createReads(program: Program): Reads {
  const client = (applicationId: LosantId): Promise<LosantClient> => program.client(applicationId, PATIENCE);

  return {
    fleet: (flow) =>
      program.once(["fleet", flow.applicationId, flow.flowId], () =>
        orLeftOut(program, "what will move", flow.applicationId, async () =>
          toFleet(await rowsOf(program, await client(flow.applicationId), flow.applicationId, { flowId: flow.flowId })),
        ),
      ),

    version: async ({ applicationId, flowId, version }, moves) => {
      if (version === null || !moves.some((move) => move.to === version)) return undefined;
      return program.once(["version", applicationId, flowId, version], () =>
        orLeftOut(program, "whether versions exist", applicationId, async () =>
          versionFacts(program, await client(applicationId), { applicationId, flowId }, version),
        ),
      );
    },

    devices: async ({ applicationId, version }, moves) => {
      const ids = version === null ? [] : moves.filter((move) => move.to === version).map((move) => move.deviceId);
      if (ids.length === 0) return undefined;
      return orLeftOut(program, "the class and the agent of devices", applicationId, async () => {
        const reader = await program.once(["deviceReader", applicationId], async (): Promise<DeviceReader> =>
          createDeviceReader(await client(applicationId), applicationId),
        );
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
): Promise<VersionFacts> {
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

/** What cannot be read is left out of the plan, and that is said once, not for each resource. */
async function orLeftOut<T>(
  program: Program,
  what: string,
  applicationId: LosantId,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    await program.once(["left out", what, applicationId], async () => {
      const message = `this preview does not say ${what}: ${error instanceof Error ? error.message : String(error)}`;
      const hint = "`pulumi config set losant:preflight false` turns the plan in previews off.";
      // A scope that was left out on purpose is no reason to warn at each preview.
      await (isForbidden(error) ? pulumi.log.info(`${message} (${hint})`) : pulumi.log.warn(`${message} ${hint}`));
    });
    return undefined;
  }
}
