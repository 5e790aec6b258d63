/** A simulated application, the provider's verbs wired to it over real HTTP, and the engine that calls them. */
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator, SimulatorOptions } from "pulumi-losant/simulator";
import { createClaims } from "../../provider/claims.js";
import type { Clock, Ports } from "../../provider/execute.js";
import { createLifecycle } from "../../provider/lifecycle.js";
import type { Log } from "../../provider/log.js";
import { createLosantClient } from "../../provider/losant/index.js";
import type { LosantClient } from "../../provider/losant/types.js";
import { createFlowReader } from "../../provider/observe.js";
import { settingsFrom } from "../../provider/settings.js";
import { createEngine } from "./engine.js";
import type { Engine } from "./engine.js";

export interface Stage {
  readonly simulator: Simulator;
  readonly applicationId: string;
  readonly flows: readonly string[];
  readonly devices: readonly string[];
  readonly engine: Engine;
  /** Warnings and news since the last look. */
  readonly told: () => string[];
  /** The plugin process of the next command dies at its n-th API call, before or after it took effect. */
  readonly killAt: (call: number, moment: "before" | "after") => void;
  /** Desired changes that came from us since the last look. */
  readonly moves: () => Move[];
  readonly desired: (flowId: string, deviceId: string) => string | null;
}

export interface Move {
  readonly flowId: string;
  readonly deviceId: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface StageOptions extends SimulatorOptions {
  readonly devices: number;
  readonly flows: number;
}

/** A simulator that lives as long as the tests; each stage on it starts from nothing. */
export async function openStages({ devices, flows, ...options }: StageOptions) {
  const seed = fleet({ devices, flows });
  const simulator = await startSimulator({ reportDelayMs: 0, ...options, seed });
  const [application] = seed.applications;
  const [token] = seed.tokens;
  if (!application || !token) throw new Error("the seed is empty");
  return { close: () => simulator.close(), open };

  function open(): Stage {
    simulator.reset();
    if (!application || !token) throw new Error("the seed is empty");
    const said: string[] = [];
    const log: Log = {
      debug: () => {},
      progress: () => {},
      info: (message) => void said.push(message),
      warn: (message) => void said.push(message),
    };
    let death: { call: number; moment: "before" | "after" } | undefined;
    let dead = false;
    const client = createLosantClient({ apiUrl: simulator.url, apiToken: token.token, retryDelayMs: 1 });
    const settings = settingsFrom(
      () => undefined,
      () => undefined,
    );

    const startPlugin = () => {
      let calls = 0;
      dead = false;
      const dying = death;
      death = undefined;
      const mortal = mortalClient(client, async (call) => {
        if (dead) throw new Error("dead");
        calls += 1;
        if (calls !== dying?.call) return call();
        if (dying.moment === "after") await call();
        dead = true;
        throw new Error("killed");
      });
      const ports: Ports = {
        client: mortal,
        flows: createFlowReader(mortal),
        log,
        clock: fastClock(),
        exclusively: inTurn(),
        rules: { wide: true, verifySeconds: 30 },
      };
      return createLifecycle({
        settings: () => ({ ...settings, apiToken: token.token }),
        portsFor: () => ports,
        claims: createClaims(),
      });
    };

    const seen = new Map<string, number>();
    return {
      simulator,
      applicationId: application.id,
      flows: application.flows.map(({ id }) => id),
      devices: application.devices.map(({ id }) => id),
      engine: createEngine(startPlugin, () => dead),
      told: () => said.splice(0),
      killAt: (call, moment) => {
        death = { call, moment };
      },
      moves: () =>
        simulator.rows(application.id).flatMap((row): Move[] => {
          const since = seen.get(row.id) ?? 0;
          seen.set(row.id, row.logs.length);
          return row.logs
            .slice(since)
            .filter((entry) => entry.changeType === "desired" && entry.sourceId === token.sourceId)
            .map(({ previousValue: from, newValue: to }) => ({ flowId: row.flowId, deviceId: row.deviceId, from, to }));
        }),
      desired: (flowId, deviceId) =>
        simulator.rows(application.id, flowId).find((row) => row.deviceId === deviceId)?.desiredVersion ?? null,
    };
  }
}

/** Ten seconds of the provider's waiting pass in about a hundredth. */
function fastClock(): Clock {
  let now = Date.now();
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      await new Promise((resolve) => setTimeout(resolve, ms / 1000));
    },
  };
}

function inTurn(): Ports["exclusively"] {
  const tails = new Map<string, Promise<unknown>>();
  return <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const next = (tails.get(key) ?? Promise.resolve()).then(task, task);
    tails.set(
      key,
      next.catch(() => undefined),
    );
    return next;
  };
}

function mortalClient(client: LosantClient, around: <T>(call: () => Promise<T>) => Promise<T>): LosantClient {
  return {
    ...client,
    listAllDeployments: (application, query) => around(() => client.listAllDeployments(application, query)),
    release: (application, request) => around(() => client.release(application, request)),
    replace: (application, request) => around(() => client.replace(application, request)),
    remove: (application, request) => around(() => client.remove(application, request)),
  };
}
