/** The simulated applications and what happens in them: wishes come in, devices come and go. */
import type { SimulatedApplication, By, SimulatedDevice } from "./entities.js";
import { notifyAgent } from "./agent.js";
import type { Surroundings } from "./agent.js";
import { createScheduler } from "./scheduler.js";
import type { Scheduler } from "./scheduler.js";
import { applicationFrom, contentEtag, etagOf, note, rowOf } from "./records.js";
import type { Seed } from "./seed.js";
import type { SimulatorOptions } from "./simulator.js";

export interface World {
  readonly applications: ReadonlyMap<string, SimulatedApplication>;
  readonly later: Scheduler;
  /** Losant notes a wish, and the device's agent gets to know of it. Repeating a wish changes nothing. */
  schedule(application: SimulatedApplication, flowId: string, deviceId: string, version: string | null, by: By): void;
  device(deviceId: string): SimulatedDevice;
  connect(deviceId: string): void;
  disconnect(deviceId: string): void;
  behave(deviceId: string, behaviour: SimulatedDevice["behaviour"]): void;
  /** Another content under the same name: whoever should run it has a new etag to reach, and is not told (inferred). */
  overwriteVersion(flowId: string, version: string): void;
}

export function createWorld(
  seed: Seed,
  { clock = Date.now, reportDelayMs = 50 }: Pick<SimulatorOptions, "clock" | "reportDelayMs">,
): World {
  const later = createScheduler();
  const now = (): string => new Date(clock()).toISOString();
  const around: Surroundings = { later, reportDelayMs, now };
  const born = now();
  const applications = new Map(seed.applications.map((one) => [one.id, applicationFrom(one, born)]));

  const find = (deviceId: string): { application: SimulatedApplication; device: SimulatedDevice } => {
    for (const application of applications.values()) {
      const device = application.devices.get(deviceId);
      if (device) return { application, device };
    }
    throw new Error(`the simulator has no device ${deviceId}`);
  };

  const world: World = {
    applications,
    later,
    schedule: (application, flowId, deviceId, version, by) => {
      const row = rowOf(application, flowId, deviceId, now());
      const etag = etagOf(application, flowId, version);
      if (row.desiredVersion === version && row.desiredEtag === etag) return;
      note(row, {
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
      notifyAgent(application, row, around);
    },
    device: (deviceId) => find(deviceId).device,
    connect: (deviceId) => {
      const { application, device } = find(deviceId);
      if (device.behaviour.kind === "offline") device.behaviour = { kind: "immediate" };
      device.connected = true;
      device.connectionTime = now();
      for (const row of application.rows.values()) if (row.deviceId === deviceId) notifyAgent(application, row, around);
    },
    disconnect: (deviceId) => {
      const { device } = find(deviceId);
      device.connected = false;
      device.connectionTime = now();
    },
    behave: (deviceId, behaviour) => {
      const { device } = find(deviceId);
      device.behaviour = behaviour;
      if (behaviour.kind === "offline") world.disconnect(deviceId);
      else world.connect(deviceId);
      flap(device);
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

  for (const { devices } of applications.values()) for (const device of devices.values()) flap(device);
  return world;

  /** Until it is told to behave in another way. */
  function flap(device: SimulatedDevice): void {
    const { behaviour } = device;
    if (behaviour.kind !== "flapping") return;
    later.every(behaviour.everyMs, () => {
      if (device.behaviour !== behaviour) return false;
      if (device.connected) world.disconnect(device.id);
      else world.connect(device.id);
      return true;
    });
  }
}
