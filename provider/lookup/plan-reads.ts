/**
 * What the plan in a preview reads from Losant: each flow, each version and each device once in a run, however many
 * resources use them. Versions and devices are read only where something moves.
 */
import type { Move } from "../decision/plan.js";
import { isForbidden, isLosantNotFound, isNotFound } from "../losant/errors.js";
import type { Flow, LosantClient, LosantId } from "../losant/types.js";
import { operations } from "../losant/operations.js";
import { actorsIn } from "../messages/actors.js";
import type { Log } from "../messages/log.js";
import { toFleet } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import type { Inputs } from "../resource/inputs.js";
import { absentWorkflowText, isWorkflowAbsent } from "./absent-workflow.js";
import { actorNamesBy } from "./actor-names.js";
import type { LookupContext } from "./context.js";
import { rowsOf } from "./deployments.js";
import { createDeviceReader } from "./device-reader.js";
import type { DeviceReader, DevicesById } from "./device-reader.js";
import type { WarningCode } from "../messages/preview-warnings.js";
import { PreviewFailure } from "./preview-failure.js";
import { didYouMean } from "../text/suggestions.js";
import type { EdgeWorkflowVersion } from "./types.js";
import { versionsOf, WORKING_COPY } from "./workflow.js";

/** What is known of the declared version. */
export interface VersionFacts {
  /** `missing`: only in a preview that is to be whole. */
  readonly kind: "exists" | "workingCopy" | "missing";
  readonly minimumAgentVersion?: string;
}

type Answer =
  | (VersionFacts & { readonly kind: "exists" | "workingCopy" })
  | { readonly kind: "missing"; readonly others: readonly string[] }
  | { readonly kind: "no workflow" };

/** Each answers undefined for what it cannot read; one message says so. */
export interface PlanReads {
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
  /**
   * Asks whether the token may read what the rollout judges health by.
   * @throws PreviewFailure if it may not: else `pulumi up` would stop with the canary released
   */
  health(inputs: Inputs): Promise<void>;
  /** The devices that are to get the version. */
  devices(inputs: Inputs, moves: readonly Move[]): Promise<DevicesById | undefined>;
  /** A warning, with the names of who moved devices, where the token may read them. It never fails. */
  named(applicationId: LosantId, warning: string): Promise<string>;
}

export interface PlanReadsOptions {
  readonly lookup: LookupContext;
  readonly log: Pick<Log, "debug" | "info" | "warn">;
  /** Ends when the other resources ask for their devices too: they are read together. @default at once */
  readonly beforeDevices?: () => Promise<void>;
}

/** What a message says that it does not say. */
type What = "what will move" | "whether versions exist" | "the class and the agent of devices";

/** Inputs whose values Losant's own messages may contain. */
const FLOW = ["applicationId", "flowId"];

export function createPlanReads({ lookup, log, beforeDevices = async () => {} }: PlanReadsOptions): PlanReads {
  return {
    fleet: (flow) =>
      lookup.once(["fleet", flow.applicationId, flow.flowId], () =>
        orLeftOut("what will move", flow.applicationId, async () => {
          const client = await lookup.client(flow.applicationId);
          return toFleet(await rowsOf(lookup, client, flow.applicationId, { flowId: flow.flowId }));
        }),
      ),

    version: async ({ applicationId, flowId, version }, moves, flowText) => {
      if (version === null || !moves.some((move) => move.to === version)) return undefined;
      const flow = { applicationId, flowId };
      const found = await lookup.once(["version", applicationId, flowId, version], () =>
        orLeftOut("whether versions exist", applicationId, async () =>
          versionFacts(lookup, await lookup.client(applicationId), flow, version),
        ),
      );
      if (found?.kind === "no workflow") throw new PreviewFailure(absentWorkflowText(flow), FLOW, "unknown-flow");
      if (found?.kind !== "missing") return found;
      throw new PreviewFailure(
        `workflow ${flowText} has no version "${version}": ${didYouMean(version, found.others)}`,
        ["version"],
        "unknown-version",
      );
    },

    flow: async ({ applicationId, flowId }) => {
      const found = await lookup.once(["flow for the plan", applicationId, flowId], () =>
        orUnknown(async () => (await lookup.client(applicationId)).getFlow(applicationId, flowId)),
      );
      if (found === "not found")
        throw new PreviewFailure(absentWorkflowText({ applicationId, flowId }), FLOW, "unknown-flow");
    },

    health: async ({ applicationId, flowId, version, rollout }) => {
      if (rollout?.health === undefined || version === null) return;
      const { errors, failedRuns } = rollout.health;
      const mayRead = (name: string, read: (client: LosantClient) => Promise<unknown>): Promise<boolean> =>
        lookup.once(["health", name, applicationId, flowId, version], async () => {
          try {
            await read(await lookup.client(applicationId));
            return true;
          } catch (error) {
            log.debug(`the preview does not say whether health can be judged: ${String(error)}`);
            return !isForbidden(error);
          }
        });
      const since = Date.now();
      const [mayReadErrors, mayReadRuns] = await Promise.all([
        errors === undefined ||
          mayRead("errors", (client) => client.listVersionErrors(applicationId, flowId, version, since)),
        failedRuns === undefined ||
          mayRead("runs", (client) =>
            client.countVersionRuns(applicationId, flowId, version, { since, resolutionMs: 60_000 }),
          ),
      ]);
      const lacks = [
        ...(mayReadErrors ? [] : [{ what: "the runtime errors", scope: operations.listVersionErrors.scope }]),
        ...(mayReadRuns ? [] : [{ what: "the runs", scope: operations.countVersionRuns.scope }]),
      ];
      if (lacks.length === 0) return;
      const what = lacks.map((one) => one.what).join(" and ");
      const scopes = lacks.map(({ scope }) => `\`${scope}\``).join(" and ");
      throw new PreviewFailure(
        `rollout.health cannot be judged: the token may not read ${what} of a version. Give it the scope ${scopes}, or leave health out`,
      );
    },

    devices: async ({ applicationId, version }, moves) => {
      const ids = version === null ? [] : moves.filter((move) => move.to === version).map((move) => move.deviceId);
      if (ids.length === 0) return undefined;
      return orLeftOut("the class and the agent of devices", applicationId, async () => {
        const reader = await lookup.once(["deviceReader", applicationId], async (): Promise<DeviceReader> =>
          createDeviceReader(await lookup.client(applicationId), applicationId),
        );
        await beforeDevices();
        return reader.read(ids);
      });
    },

    named: async (applicationId, warning) => {
      if (actorsIn(warning).length === 0) return warning;
      return actorNamesBy(await lookup.client(applicationId), log).shown(applicationId, warning);
    },
  };

  /** The token may lack the scope for it. */
  async function orUnknown(read: () => Promise<Flow>): Promise<Flow | "not found" | undefined> {
    try {
      return await read();
    } catch (error) {
      if (isLosantNotFound(error)) return "not found";
      log.debug(`the preview does not say whether the workflow exists: ${String(error)}`);
      return undefined;
    }
  }

  /**
   * Leaves out of the plan what cannot be read, and says so once, not for each resource.
   *
   * @throws PreviewFailure for what does not exist
   */
  async function orLeftOut<T>(what: What, applicationId: LosantId, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (isNotFound(error)) throw new PreviewFailure(error.message, FLOW, codeOf(what));
      await lookup.once(["left out", what, applicationId], async () => {
        const message = `this preview does not say ${what}: ${error instanceof Error ? error.message : String(error)}`;
        const hint = "`pulumi config set losant:preflight false` turns the plan in previews off.";
        // A missing scope may be on purpose: no warning at each preview.
        if (isForbidden(error)) log.info(`${message} (${hint})`);
        else log.warn(`${message} ${hint}`);
      });
      return undefined;
    }
  }
}

async function versionFacts(
  lookup: LookupContext,
  client: LosantClient,
  { applicationId, flowId }: FlowRef,
  version: string,
): Promise<Answer> {
  // A program that looked the workflow up has read its versions.
  const listed = await lookup.asked<EdgeWorkflowVersion[]>(["versions", applicationId, flowId]);
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
    if (await isWorkflowAbsent(client, { applicationId, flowId })) return { kind: "no workflow" };
    const others = await versionsOf(lookup, client, applicationId, flowId);
    return { kind: "missing", others: others.map((other) => other.version) };
  }
}

/** The versions of a workflow that is not there are not there either. */
function codeOf(what: What): WarningCode {
  return what === "whether versions exist" ? "unknown-flow" : "unknown-application";
}
