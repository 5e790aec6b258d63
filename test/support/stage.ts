/** A simulated application, the provider's verbs wired to it over real HTTP, and the engine that calls them. */
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { FleetOptions, Simulator, SimulatorOptions } from "pulumi-losant/simulator";
import type { Lifecycle } from "../../provider/verbs.js";
import { createLosantClient } from "../../provider/losant/index.js";
import type { Approval } from "../../provider/resource/approved-plan.js";
import { createEngine } from "./engine.js";
import type { Kept } from "./engine-model.js";
import type { Engine, NextKill } from "./engine.js";
import type { Front } from "./fronts.js";
import { createPlugin } from "./plugin.js";
import { createScheduler } from "./scheduler.js";
import type { Process } from "./scheduler.js";

export interface Stage {
  readonly simulator: Simulator;
  readonly applicationId: string;
  readonly flows: readonly string[];
  readonly devices: readonly string[];
  readonly engine: Engine;
  /** The approved plan of the plugins that start from now on. */
  approval: Approval | undefined;
  /** Told after each time that the state file was written. */
  onWritten: (state: readonly Kept[]) => void;
  /** Warnings and news since the last look. */
  readonly told: () => string[];
  /** How the next command is killed. */
  readonly killNext: (kill: NextKill) => void;
  /** What killed commands have left running comes to its end. */
  readonly orphansEnd: () => Promise<void>;
  /** Calls that were begun by a plugin whose engine had gone. */
  readonly orphanWrites: () => readonly string[];
  /** Desired changes that came from us since the last look. */
  readonly moves: () => Move[];
  readonly desired: (flowId: string, deviceId: string) => string | null;
  /** Was the desired version set by us? */
  readonly isOurs: (flowId: string, deviceId: string) => boolean;
}

export interface Move {
  readonly flowId: string;
  readonly deviceId: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface StageOptions extends Omit<SimulatorOptions, "clock" | "desiredDelayMs" | "seed"> {
  readonly devices: number;
  readonly flows: number;
  /** Desired versions show some time after the write. @default false */
  readonly late?: boolean;
  /** @default true */
  readonly allowFleetWideCalls?: boolean;
  /** @default "dynamic" */
  readonly front?: Front;
  /** What is special about a device, by its number from 0. */
  readonly device?: FleetOptions["device"];
}

/** Until somebody sleeps, or until it is settled by hand. */
const LATE_MS = 3_600_000;
const WRITES = ["release", "replace", "remove"];

/** A simulator that lives as long as the tests; each stage on it starts from nothing. */
export async function openStages(stageOptions: StageOptions) {
  const { devices, flows, device, late, allowFleetWideCalls = true, front, ...options } = stageOptions;
  const seed = fleet({ devices, flows, device });
  const scheduler = createScheduler(() => simulator.settle());
  const simulator = await startSimulator({
    reportDelayMs: 0,
    ...options,
    seed,
    clock: scheduler.now,
    ...(late === true ? { desiredDelayMs: LATE_MS } : {}),
  });
  const [application] = seed.applications;
  const [token] = seed.tokens;
  if (!application || !token) throw new Error("the seed is empty");
  const client = createLosantClient({ apiUrl: simulator.url, apiToken: token.token, retryDelayMs: 0, maxAttempts: 8 });
  return { close: () => simulator.close(), open };

  function open(): Stage {
    simulator.reset();
    scheduler.clear();
    if (!application || !token) throw new Error("the seed is empty");
    const said: string[] = [];
    const orphanWrites: string[] = [];
    let death: NextKill | undefined;
    let ids = 0;
    const names = new Map<string, string>();

    const startPlugin = (process: Process): Lifecycle =>
      createPlugin({
        client,
        apiToken: token.token,
        scheduler,
        process,
        front,
        names,
        approval: stage.approval,
        say: (message) => said.push(message),
        rules: { allowFleetWideCalls, verifySeconds: 30 },
        nextNumber: () => (ids += 1),
        onSent: (verb) => {
          if (process.isOrphan && WRITES.includes(verb)) orphanWrites.push(verb);
        },
      });

    const rowOf = (flowId: string, deviceId: string) =>
      simulator.rows(application.id, flowId).find((row) => row.deviceId === deviceId);
    const seen = new Map<string, number>();
    const stage: Stage = {
      simulator,
      applicationId: application.id,
      flows: application.flows.map(({ id }) => id),
      devices: application.devices.map(({ id }) => id),
      engine: createEngine({
        scheduler,
        startPlugin,
        onWritten: (state) => stage.onWritten(state),
        nextKill: () => {
          const next = death;
          death = undefined;
          return next;
        },
      }),
      approval: undefined,
      onWritten: () => {},
      told: () => said.splice(0),
      killNext: (kill) => {
        death = kill;
      },
      orphansEnd: () => scheduler.drain(),
      orphanWrites: () => orphanWrites,
      moves: () =>
        simulator.rows(application.id).flatMap((row): Move[] => {
          const since = seen.get(row.id) ?? 0;
          seen.set(row.id, row.logs.length);
          return row.logs
            .slice(since)
            .filter((entry) => entry.changeType === "desired" && entry.sourceId === token.sourceId)
            .map(({ previousValue: from, newValue: to }) => ({ flowId: row.flowId, deviceId: row.deviceId, from, to }));
        }),
      desired: (flowId, deviceId) => rowOf(flowId, deviceId)?.desiredVersion ?? null,
      isOurs: (flowId, deviceId) =>
        rowOf(flowId, deviceId)?.logs.findLast(({ changeType }) => changeType === "desired")?.sourceId ===
        token.sourceId,
    };
    return stage;
  }
}
