/** `pulumi-losant/simulator`: a local Losant. A real HTTP server on loopback that answers as Losant's API reference says. */
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { createCallLog } from "./calls.js";
import { demoFleet } from "./demo-fleet.js";
import { createFaults } from "./faults.js";
import { createServer } from "./server.js";
import type { ServerOptions } from "./server.js";
import type { Simulator, SimulatorOptions } from "./simulator.js";
import { createBackend } from "./backend.js";

export type { ForeignToken } from "./access.js";
export type { BeforeCall, RecordedCall, IncomingCall } from "./calls.js";
export { demoFleet } from "./demo-fleet.js";
export type { Behaviour, Actor, SimulatedDevice, SimulatedError, LogEntry, Row } from "./entities.js";
export { faultCatalogue } from "./fault-catalogue.js";
export type { FaultCatalogueOptions } from "./fault-catalogue.js";
export type { Fault, FaultEffect, FaultTarget, ListingFault } from "./faults.js";
export { fleet } from "./fleet.js";
export type { FleetOptions } from "./fleet.js";
export type { SimulatedOperation } from "./operations.js";
export type {
  Seed,
  SeedApplication,
  SeedDeployment,
  SeedDevice,
  SeedFlow,
  SeedMember,
  SeedToken,
  SeedVersion,
} from "./seed.js";
export type { ManualChange, ReplaceMatches, Simulator, SimulatorOptions, Site, ThrownError } from "./simulator.js";

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
  const calls = createCallLog(options.onCall);
  const faults = createFaults();
  const serverOptions: ServerOptions = {
    tokens: seed.tokens,
    members: seed.members ?? [],
    clock: options.clock ?? Date.now,
    writeStatus: options.writeStatus ?? 202,
    desiredDelayMs: options.desiredDelayMs ?? 0,
    maxPerPage: options.maxPerPage ?? 1000,
    replaceMatches: options.replaceMatches ?? "desired",
    legacy: options.legacy ?? false,
    logsOrder: options.logsOrder ?? "oldestFirst",
    foreignToken: options.foreignToken ?? 403,
    ...(options.site === undefined ? {} : { site: options.site }),
  };
  const begin = () => {
    const backend = createBackend(seed, options);
    return { backend, app: createServer(backend, faults, calls, serverOptions) };
  };
  let now = begin();
  const { url, close } = await listen(options.port ?? 0, (request, env) => now.app.fetch(request, env));

  const applicationOf = (applicationId: string) => {
    const application = now.backend.applications.get(applicationId);
    if (!application) throw new Error(`the simulator has no application ${applicationId}`);
    return application;
  };

  return {
    url,
    calls: calls.answered,
    clearCalls: () => calls.clear(),
    beforeCall: (hook) => calls.before(hook),
    rows: (applicationId, flowId) =>
      [...applicationOf(applicationId).rows.values()]
        .filter((row) => flowId === undefined || row.flowId === flowId)
        .map((row) => ({ ...row })),
    devices: (applicationId) => [...applicationOf(applicationId).devices.values()].map((device) => ({ ...device })),
    device: (deviceId) => ({ ...now.backend.device(deviceId) }),
    change: ({ applicationId, flowId, deviceId, version, by }) => {
      const application = applicationOf(applicationId);
      if (!application.flows.has(flowId)) throw new Error(`the simulator has no flow ${flowId} there`);
      if (!application.devices.has(deviceId)) throw new Error(`the simulator has no device ${deviceId} there`);
      now.backend.schedule(application, flowId, deviceId, version, by);
    },
    throwError: ({ applicationId, flowId, deviceId, version, message, nodeLabel = "Function", time }) => {
      const at = (time ?? new Date(serverOptions.clock())).toISOString();
      const error = {
        time: at,
        flowId,
        deviceId,
        version,
        nodeId: `node-${nodeLabel}`,
        nodeLabel,
        name: "Error",
        message,
      };
      applicationOf(applicationId).errors.push(error);
    },
    connect: (deviceId) => now.backend.connect(deviceId),
    disconnect: (deviceId) => now.backend.disconnect(deviceId),
    setBehaviour: (deviceId, behaviour) => now.backend.setBehaviour(deviceId, behaviour),
    deleteDevice: (deviceId) => now.backend.deleteDevice(deviceId),
    deleteFlow: (flowId) => now.backend.deleteFlow(flowId),
    overwriteVersion: (flowId, version) => now.backend.overwriteVersion(flowId, version),
    settle: () => now.backend.scheduler.settle(),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    reset: () => {
      now.backend.scheduler.stop();
      faults.clear();
      calls.clear();
      calls.clearHooks();
      now = begin();
    },
    close: () => {
      now.backend.scheduler.stop();
      return close();
    },
  };
}

type Fetch = Parameters<typeof serve>[0]["fetch"];

/** Resolves once the port is open; rejects where it is taken. */
async function listen(port: number, fetch: Fetch): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const starting = serve({ fetch, port, hostname: "127.0.0.1" }, () => resolve(starting));
    starting.once("error", reject);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
