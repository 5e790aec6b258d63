/** A plant, and a flow session on it over real HTTP, with a clock that only the session's own waiting moves. */
import { createFlowSession } from "../../provider/apply/flow-session.js";
import { silent } from "../../provider/messages/log.js";
import { createLosantClient } from "../../provider/losant/index.js";
import type { Version } from "../../provider/losant/types.js";
import { createFlowReader } from "../../provider/apply/flow-reader.js";
import type { Approval } from "../../provider/resource/approved-plan.js";
import type { Fleet } from "../../provider/resource/fleet.js";
import type { Clock, FlowSession, Outcome, Rules } from "../../provider/ports.js";
import { createPlant } from "./plant.js";
import type { Plant, PlantOptions } from "./plant.js";

export interface Bench {
  readonly plant: Plant;
  readonly session: FlowSession;
  readonly warnings: string[];
  readonly debug: string[];
  /** Time passes, as between two commands: what was looked at is old by then. */
  later(): Promise<void>;
  /** Brings devices (by position) to a version, as one resource that owns them. */
  bring(version: Version, devices: readonly number[], more?: BringOptions): Promise<Outcome>;
}

export interface BringOptions {
  readonly flow?: number;
  /** Looked at before; throws to refuse. */
  readonly refuse?: (fleet: Fleet) => void;
  readonly resourceId?: string;
}

export interface BenchOptions extends PlantOptions {
  readonly rules?: Partial<Rules>;
  readonly isEngineAlive?: () => Promise<boolean>;
  readonly approval?: Approval;
  /** Told of each pause of the session, in milliseconds, before it passes. */
  readonly onSleep?: (ms: number) => void;
}

/** Time passes only where somebody waits for it. */
export function createClock(onSleep?: (ms: number) => void): Clock {
  let now = Date.parse("2026-01-01T00:00:00Z");
  return {
    now: () => now,
    sleep: async (ms) => {
      onSleep?.(ms);
      now += ms;
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}

export async function createBench({
  rules,
  isEngineAlive,
  approval,
  onSleep,
  ...options
}: BenchOptions = {}): Promise<Bench> {
  const plant = await createPlant(options);
  const { applicationId, flowIds, devices, simulator, token } = plant;
  const client = createLosantClient({ apiUrl: simulator.url, apiToken: token, retryDelayMs: 1, maxAttempts: 8 });
  const warnings: string[] = [];
  const debug: string[] = [];
  const clock = createClock(onSleep);
  const session = createFlowSession({
    client,
    flows: createFlowReader(client, { now: () => clock.now() }),
    log: { ...silent, warn: (message) => warnings.push(message), debug: (message) => debug.push(message) },
    clock,
    rules: { allowFleetWideCalls: true, verifySeconds: 10, ...rules },
    isEngineAlive,
    approval,
  });
  return {
    plant,
    session,
    warnings,
    debug,
    later: () => clock.sleep(60_000),
    bring: (version, positions, { flow = 0, refuse, resourceId } = {}) => {
      const owned = positions.map((position) => devices[position] ?? "");
      const intent = { desired: new Map(owned.map((id) => [id, version])), owned: new Set(owned) };
      return session.commit({
        flow: { applicationId, flowId: flowIds[flow] ?? "" },
        resourceId,
        ask: (fleet) => {
          refuse?.(fleet);
          return intent;
        },
      });
    },
  };
}
