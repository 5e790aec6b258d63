/**
 * The simulated applications and what happens in them: a version is scheduled on a device, the device's agent takes it
 * now, later, never or with an error, and Losant keeps a log of both.
 */
import { createHash } from "node:crypto";
import type { Application, By, Device, Flow, Log, Row, Seed, SeedApplication } from "./entities.js";

export interface WorldOptions {
  /** The time, in milliseconds. @default Date.now */
  readonly clock?: (() => number) | undefined;
  /** How long an "immediate" device takes to report, in milliseconds. @default 50 */
  readonly reportDelayMs?: number | undefined;
}

export interface World {
  readonly applications: ReadonlyMap<string, Application>;
  /** Losant notes a wish, and the device's agent gets to know of it if it is connected. */
  schedule(application: Application, flowId: string, deviceId: string, version: string | null, by: By): void;
  connect(deviceId: string): void;
  disconnect(deviceId: string): void;
  behave(deviceId: string, behaviour: Device["behaviour"]): void;
  overwriteVersion(flowId: string, version: string): void;
  device(deviceId: string): Device;
  after(ms: number, what: () => void): void;
  /** Everything that is to happen later happens now. */
  settle(): void;
  stop(): void;
}

const MAX_LOGS = 50;

export function createWorld(seed: Seed, { clock = Date.now, reportDelayMs = 50 }: WorldOptions = {}): World {
  const later = new Map<NodeJS.Timeout, () => void>();
  const now = (): string => new Date(clock()).toISOString();
  const applications = new Map(seed.applications.map((app) => [app.id, applicationFrom(app, now())]));

  const world: World = {
    applications,
    schedule: (application, flowId, deviceId, version, by) => {
      const row = rowOf(application, flowId, deviceId);
      const etag = version === null ? null : (application.flows.get(flowId)?.versions.get(version)?.etag ?? null);
      if (row.desiredVersion === version && row.desiredEtag === etag) return;
      note(row, { ...by, date: now(), changeType: "desired", newValue: version, previousValue: row.desiredVersion });
      row.desiredVersion = version;
      row.desiredEtag = etag;
      row.tries = 0;
      tell(application, row);
    },
    connect: (deviceId) => {
      for (const application of applications.values()) {
        const device = application.devices.get(deviceId);
        if (!device) continue;
        if (device.behaviour.kind === "offline") device.behaviour = { kind: "immediate" };
        device.connected = true;
        device.connectionTime = now();
        for (const row of application.rows.values()) if (row.deviceId === deviceId) tell(application, row);
      }
    },
    disconnect: (deviceId) => {
      const device = world.device(deviceId);
      device.connected = false;
      device.connectionTime = now();
    },
    behave: (deviceId, behaviour) => {
      const device = world.device(deviceId);
      device.behaviour = behaviour;
      if (behaviour.kind === "offline") world.disconnect(deviceId);
      else world.connect(deviceId);
      if (behaviour.kind === "flapping") flap(device, behaviour.everyMs);
    },
    overwriteVersion: (flowId, version) => {
      for (const application of applications.values()) {
        const found = application.flows.get(flowId)?.versions.get(version);
        if (!found) continue;
        found.etag = etagOf(flowId, version, found.etag);
        for (const row of application.rows.values()) {
          if (row.flowId === flowId && row.desiredVersion === version) row.desiredEtag = found.etag;
        }
      }
    },
    device: (deviceId) => {
      for (const { devices } of applications.values()) {
        const device = devices.get(deviceId);
        if (device) return device;
      }
      throw new Error(`the simulator has no device ${deviceId}`);
    },
    after: (ms, what) => {
      if (ms <= 0) return what();
      const timer = setTimeout(() => {
        later.delete(timer);
        what();
      }, ms).unref();
      later.set(timer, what);
    },
    settle: () => {
      for (const [timer, what] of later) {
        clearTimeout(timer);
        later.delete(timer);
        what();
      }
    },
    stop: () => {
      for (const timer of later.keys()) clearTimeout(timer);
      later.clear();
    },
  };

  for (const application of applications.values()) {
    for (const device of application.devices.values()) {
      if (device.behaviour.kind === "flapping") flap(device, device.behaviour.everyMs);
    }
  }
  return world;

  function tell(application: Application, row: Row): void {
    const device = application.devices.get(row.deviceId);
    if (!device?.connected) return;
    world.after(device.behaviour.kind === "late" ? device.behaviour.afterMs : reportDelayMs, () => report(device, row));
  }

  function report(device: Device, row: Row): void {
    if (!device.connected) return;
    if (row.currentVersion === row.desiredVersion && row.currentEtag === row.desiredEtag) return;
    const by = { sourceType: "device", sourceId: device.id, date: now(), changeType: "current" } as const;
    const previousValue = row.currentVersion;
    row.tries += 1;
    const error = refusal(device, row);
    if (error !== undefined) {
      note(row, { ...by, newValue: previousValue, previousValue, attemptedValue: row.desiredVersion, error });
      return;
    }
    note(row, { ...by, newValue: row.desiredVersion, previousValue });
    row.currentVersion = row.desiredVersion;
    row.currentEtag = row.desiredEtag;
  }

  function flap(device: Device, everyMs: number): void {
    world.after(everyMs, () => {
      if (device.behaviour.kind !== "flapping") return;
      if (device.connected) world.disconnect(device.id);
      else world.connect(device.id);
      flap(device, everyMs);
    });
  }
}

function refusal({ behaviour }: Device, { desiredVersion, tries }: Row): string | undefined {
  if (behaviour.kind !== "failing" || desiredVersion === null) return undefined;
  if (behaviour.versions && !behaviour.versions.includes(desiredVersion)) return undefined;
  return tries >= (behaviour.succeedsOnTry ?? Infinity) ? undefined : behaviour.error;
}

function note(row: Row, log: Log): void {
  row.logs = [...row.logs, log].slice(-MAX_LOGS);
  row.lastUpdated = log.date;
}

function rowOf(application: Application, flowId: string, deviceId: string, date = new Date().toISOString()): Row {
  const key = `${flowId}/${deviceId}`;
  const known = application.rows.get(key);
  if (known) return known;
  const row: Row = {
    id: hex(key).slice(0, 24),
    applicationId: application.id,
    flowId,
    deviceId,
    creationDate: date,
    lastUpdated: date,
    desiredVersion: null,
    currentVersion: null,
    desiredEtag: null,
    currentEtag: null,
    tries: 0,
    logs: [],
  };
  application.rows.set(key, row);
  return row;
}

function applicationFrom(seed: SeedApplication, date: string): Application {
  const flows = new Map(seed.flows.map((flow): [string, Flow] => [flow.id, flowFrom(flow)]));
  const application: Application = {
    id: seed.id,
    name: seed.name,
    flows,
    devices: new Map(
      seed.devices.map((device): [string, Device] => [
        device.id,
        {
          id: device.id,
          name: device.name,
          deviceClass: device.deviceClass ?? "edgeCompute",
          tags: device.tags ?? {},
          edgeAgentVersion: device.edgeAgentVersion ?? "1.40.0",
          behaviour: device.behaviour ?? { kind: "immediate" },
          connected: device.behaviour?.kind !== "offline",
          connectionTime: date,
        },
      ]),
    ),
    rows: new Map(),
  };
  for (const { flowId, deviceId, desiredVersion, currentVersion } of seed.deployments ?? []) {
    const versions = flows.get(flowId)?.versions;
    const etag = (version: string | null): string | null =>
      version === null ? null : (versions?.get(version)?.etag ?? null);
    Object.assign(rowOf(application, flowId, deviceId, date), {
      desiredVersion,
      currentVersion,
      desiredEtag: etag(desiredVersion),
      currentEtag: etag(currentVersion),
    });
  }
  return application;
}

function flowFrom({ id, name, flowClass = "edge", versions }: SeedApplication["flows"][number]): Flow {
  return {
    id,
    name,
    flowClass,
    versions: new Map(
      versions.map(({ version, minimumAgentVersion }) => [
        version,
        { id: hex(`${id}@${version}`).slice(0, 24), minimumAgentVersion, etag: etagOf(id, version, "") },
      ]),
    ),
  };
}

function etagOf(flowId: string, version: string, before: string): string {
  return hex(`${flowId} ${version} ${before}`).slice(0, 32);
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
