/** A local Losant: a real HTTP server on loopback that behaves as the documented operations do. */
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import type { Behaviour, By, Device, Row, Seed } from "./entities.js";
import { createFaults } from "./faults.js";
import type { Fault } from "./faults.js";
import { demoFleet } from "./seeds.js";
import { createServer } from "./server.js";
import type { Call } from "./server.js";
import { createWorld } from "./world.js";
import type { World, WorldOptions } from "./world.js";
import type { ReplaceMatches } from "./writes.js";

export type * from "./entities.js";
export type { Fault } from "./faults.js";
export type { Call } from "./server.js";
export { demoFleet, fleet } from "./seeds.js";
export type { FleetOptions } from "./seeds.js";

export interface SimulatorOptions extends WorldOptions {
  /** @default any free port */
  readonly port?: number | undefined;
  /** @default demoFleet() */
  readonly seed?: Seed | undefined;
  /** What writes answer: 201 up to API 1.30.0, 202 since. @default 202 */
  readonly writeStatus?: 201 | 202 | undefined;
  /** With 202, how much later the desired versions show, in milliseconds. @default 0 */
  readonly desiredDelayMs?: number | undefined;
  /** Rows a page holds at most, whatever is asked. @default 1000 */
  readonly maxPerPage?: number | undefined;
  /** What `oldVersion` of a replace is matched on, which is not documented. @default "desired" */
  readonly replaceMatches?: ReplaceMatches | undefined;
  /** As an old private install: no etags, names, classes or connection info. @default false */
  readonly legacy?: boolean | undefined;
  /** @default "oldestFirst" */
  readonly logsOrder?: "oldestFirst" | "newestFirst" | undefined;
}

/** A change made by hand. */
export interface HandMade {
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly version: string | null;
  readonly by: By;
}

export interface Simulator {
  readonly url: string;
  /** Every request since the start or the last {@link clearCalls}. */
  readonly calls: readonly Call[];
  clearCalls(): void;
  rows(applicationId: string, flowId?: string): readonly Readonly<Row>[];
  device(deviceId: string): Readonly<Device>;
  change(change: HandMade): void;
  connect(deviceId: string): void;
  disconnect(deviceId: string): void;
  setBehaviour(deviceId: string, behaviour: Behaviour): void;
  /** Same name, new content: devices run the older content until they report again. */
  overwriteVersion(flowId: string, version: string): void;
  /** Whatever is to happen later (reports, late writes) happens now. */
  settle(): void;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Wipes everything and replays the seed. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts a local Losant.
 *
 * @example
 * ```ts
 * import { startSimulator } from "pulumi-losant/simulator";
 *
 * const losant = await startSimulator();
 * console.log(losant.url); // http://127.0.0.1:43210
 * await losant.close();
 * ```
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? demoFleet();
  const calls: Call[] = [];
  const faults = createFaults();
  let world: World = createWorld(seed, options);
  let app = serverFor(world);

  function serverFor(of: World) {
    return createServer(of, faults, calls, {
      tokens: seed.tokens,
      writeStatus: options.writeStatus ?? 202,
      desiredDelayMs: options.desiredDelayMs ?? 0,
      maxPerPage: options.maxPerPage ?? 1000,
      replaceMatches: options.replaceMatches ?? "desired",
      legacy: options.legacy ?? false,
      logsOrder: options.logsOrder ?? "oldestFirst",
    });
  }

  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const starting = serve(
      {
        fetch: async (request, env) => app.fetch(request, env),
        port: options.port ?? 0,
        hostname: "127.0.0.1",
      },
      () => resolve(starting),
    );
    starting.once("error", reject);
  });
  const { port } = server.address() as AddressInfo;

  const applicationOf = (applicationId: string) => {
    const application = world.applications.get(applicationId);
    if (!application) throw new Error(`the simulator has no application ${applicationId}`);
    return application;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    clearCalls: () => {
      calls.length = 0;
    },
    rows: (applicationId, flowId) =>
      [...applicationOf(applicationId).rows.values()].filter((row) => flowId === undefined || row.flowId === flowId),
    device: (deviceId) => world.device(deviceId),
    change: ({ applicationId, flowId, deviceId, version, by }) =>
      world.schedule(applicationOf(applicationId), flowId, deviceId, version, by),
    connect: (deviceId) => world.connect(deviceId),
    disconnect: (deviceId) => world.disconnect(deviceId),
    setBehaviour: (deviceId, behaviour) => world.behave(deviceId, behaviour),
    overwriteVersion: (flowId, version) => world.overwriteVersion(flowId, version),
    settle: () => world.settle(),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    reset: () => {
      world.stop();
      world = createWorld(seed, options);
      app = serverFor(world);
      calls.length = 0;
      faults.clear();
    },
    close: () =>
      new Promise((resolve, reject) => {
        world.stop();
        server.close((error) => (error ? reject(error) : resolve()));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
