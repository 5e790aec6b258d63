/** The simulated applications, and what happens in them: versions are scheduled, devices connect and disconnect. */
import { notifyAgent } from "./agent.js";
import type { AgentContext } from "./agent.js";
import type { Actor, SimulatedApplication, SimulatedDevice } from "./entities.js";
import { addLogEntry, applicationFrom, contentEtag, dropRows, etagOf, rowOf } from "./records.js";
import { createScheduler } from "./scheduler.js";
import type { Scheduler } from "./scheduler.js";
import type { Seed } from "./seed.js";
import type { SimulatorOptions } from "./simulator.js";

export interface Backend {
  readonly applications: ReadonlyMap<string, SimulatedApplication>;
  readonly scheduler: Scheduler;
  /** Records the desired version and notifies the agent. Does nothing where that version is desired already. */
  schedule(
    application: SimulatedApplication,
    flowId: string,
    deviceId: string,
    version: string | null,
    by: Actor,
  ): void;
  device(deviceId: string): SimulatedDevice;
  connect(deviceId: string): void;
  disconnect(deviceId: string): void;
  setBehaviour(deviceId: string, behaviour: SimulatedDevice["behaviour"]): void;
  deleteDevice(deviceId: string): void;
  deleteFlow(flowId: string): void;
  /** Changes the content under a version's name: rows that want it get a new desired etag; no agent is notified (inferred). */
  overwriteVersion(flowId: string, version: string): void;
}

export function createBackend(
  seed: Seed,
  { clock = Date.now, reportDelayMs = 50 }: Pick<SimulatorOptions, "clock" | "reportDelayMs">,
): Backend {
  const scheduler = createScheduler();
  const now = (): string => new Date(clock()).toISOString();
  const context: AgentContext = { scheduler, reportDelayMs, now };
  const startedAt = now();
  const applications = new Map(seed.applications.map((one) => [one.id, applicationFrom(one, startedAt)]));

  const find = (deviceId: string): { application: SimulatedApplication; device: SimulatedDevice } => {
    for (const application of applications.values()) {
      const device = application.devices.get(deviceId);
      if (device) return { application, device };
    }
    throw new Error(`the simulator has no device ${deviceId}`);
  };

  const setConnected = (application: SimulatedApplication, device: SimulatedDevice, connected: boolean): void => {
    device.connected = connected;
    device.connectionTime = now();
    application.listings.clear();
  };

  const backend: Backend = {
    applications,
    scheduler,
    schedule: (application, flowId, deviceId, version, by) => {
      const row = rowOf(application, flowId, deviceId, now());
      const etag = etagOf(application, flowId, version);
      if (row.desiredVersion === version && row.desiredEtag === etag) return;
      addLogEntry(application, row, {
        ...by,
        date: now(),
        changeType: "desired",
        newValue: version,
        previousValue: row.desiredVersion,
        ...(etag === null ? {} : { newEtag: etag }),
        ...(row.desiredEtag === null ? {} : { previousEtag: row.desiredEtag }),
      });
      row.desiredVersion = version;
      row.desiredEtag = etag;
      row.tries = 0;
      notifyAgent(application, row, context);
    },
    device: (deviceId) => find(deviceId).device,
    connect: (deviceId) => {
      const { application, device } = find(deviceId);
      if (device.behaviour.kind === "offline") device.behaviour = { kind: "immediate" };
      setConnected(application, device, true);
      for (const row of application.rows.values()) {
        if (row.deviceId === deviceId) notifyAgent(application, row, context);
      }
    },
    disconnect: (deviceId) => {
      const { application, device } = find(deviceId);
      setConnected(application, device, false);
    },
    setBehaviour: (deviceId, behaviour) => {
      const { device } = find(deviceId);
      device.behaviour = behaviour;
      if (behaviour.kind === "offline") backend.disconnect(deviceId);
      else backend.connect(deviceId);
      startFlapping(device);
    },
    deleteDevice: (deviceId) => {
      const { application } = find(deviceId);
      application.devices.delete(deviceId);
      dropRows(application, (row) => row.deviceId === deviceId);
    },
    deleteFlow: (flowId) => {
      const application = [...applications.values()].find(({ flows }) => flows.has(flowId));
      if (!application) throw new Error(`the simulator has no flow ${flowId}`);
      application.flows.delete(flowId);
      dropRows(application, (row) => row.flowId === flowId);
    },
    overwriteVersion: (flowId, version) => {
      const found = [...applications.values()].find(({ flows }) => flows.has(flowId));
      const overwritten = found?.flows.get(flowId)?.versions.get(version);
      if (!found || !overwritten) throw new Error(`the simulator has no version ${version} of flow ${flowId}`);
      overwritten.etag = contentEtag(flowId, version, overwritten.etag);
      for (const row of found.rows.values()) {
        if (row.flowId === flowId && row.desiredVersion === version) row.desiredEtag = overwritten.etag;
      }
    },
  };

  for (const { devices } of applications.values()) for (const device of devices.values()) startFlapping(device);
  return backend;

  /** Ends when the device gets another behaviour. */
  function startFlapping(device: SimulatedDevice): void {
    const { behaviour } = device;
    if (behaviour.kind !== "flapping") return;
    scheduler.every(behaviour.everyMs, () => {
      if (device.behaviour !== behaviour) return false;
      if (device.connected) backend.disconnect(device.id);
      else backend.connect(device.id);
      return true;
    });
  }
}
