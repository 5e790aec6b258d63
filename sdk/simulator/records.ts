/** Records made from a seed. What the seed leaves open is derived from it, so that two runs are alike. */
import { createHash } from "node:crypto";
import type {
  SimulatedApplication,
  SimulatedDevice,
  SimulatedFlow,
  SimulatedVersion,
  LogEntry,
  Row,
} from "./entities.js";
import { createListingCache } from "./listing-cache.js";
import type { SeedApplication, SeedDevice, SeedFlow } from "./seed.js";

const MAX_LOGS = 50;
/** For how long a device of the seed has run its version. */
const ONE_DAY_MS = 86_400_000;

export function applicationFrom(seed: SeedApplication, date: string): SimulatedApplication {
  const application: SimulatedApplication = {
    id: seed.id,
    name: seed.name,
    creationDate: date,
    flows: new Map(seed.flows.map((flow) => [flow.id, flowFrom(flow, date)])),
    devices: new Map(seed.devices.map((device) => [device.id, deviceFrom(device, date)])),
    rows: new Map(),
    errors: [],
    runs: new Map(),
    listings: createListingCache(),
  };
  for (const { flowId, deviceId, desiredVersion, currentVersion } of seed.deployments ?? []) {
    const row = rowOf(application, flowId, deviceId, date);
    row.desiredVersion = desiredVersion;
    row.currentVersion = currentVersion;
    row.desiredEtag = etagOf(application, flowId, desiredVersion);
    row.currentEtag = etagOf(application, flowId, currentVersion);
    beginRuns(application, row, Date.parse(date) - ONE_DAY_MS);
  }
  return application;
}

/** The device runs its current version from then on, and none of before. */
export function beginRuns({ runs, devices }: SimulatedApplication, row: Row, at: number): void {
  const { flowId, deviceId, currentVersion: version } = row;
  const key = `${flowId}/${deviceId}`;
  const earlier = runs.get(key) ?? [];
  runs.set(key, earlier);
  const last = earlier.at(-1);
  if (last !== undefined) last.to ??= at;
  if (version === null) return;
  const behaviour = devices.get(deviceId)?.behaviour;
  const throwing = behaviour?.kind === "throwing" && behaviour.versions?.includes(version) !== false;
  earlier.push({ flowId, deviceId, version, from: at, failed: throwing ? (behaviour.failedRuns ?? 0) : 0 });
}

/** Losant's record for this flow and device; created if there is none. */
export function rowOf(application: SimulatedApplication, flowId: string, deviceId: string, date: string): Row {
  const key = `${flowId}/${deviceId}`;
  const existing = application.rows.get(key);
  if (existing) return existing;
  const row: Row = {
    id: hex(key, 24),
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
  application.listings.clear();
  return row;
}

/** Deployments of what was deleted. */
export function dropRows(application: SimulatedApplication, isOf: (row: Row) => boolean): void {
  for (const [key, row] of application.rows) if (isOf(row)) application.rows.delete(key);
  application.listings.clear();
}

/** The etag of a version's present content. `develop` is not listed, but exists. */
export function etagOf(application: SimulatedApplication, flowId: string, version: string | null): string | null {
  if (version === null) return null;
  return application.flows.get(flowId)?.versions.get(version)?.etag ?? contentEtag(flowId, version);
}

/** Changes with `before`: another content under the same name. */
export function contentEtag(flowId: string, version: string, before = ""): string {
  return hex(`${flowId} ${version} ${before}`, 32);
}

/** Adds to a row's history. Absent etags are left out: the schema allows no null there. */
export function addLogEntry(application: SimulatedApplication, row: Row, log: LogEntry): void {
  row.logs = [...row.logs, log].slice(-MAX_LOGS);
  row.lastUpdated = log.date;
  application.listings.clear();
}

function flowFrom({ id, name, flowClass = "edge", versions }: SeedFlow, date: string): SimulatedFlow {
  const from = ({ version, minimumAgentVersion }: SeedFlow["versions"][number], index: number): SimulatedVersion => ({
    id: hex(`${id}@${version}`, 24),
    version,
    minimumAgentVersion,
    // One millisecond apart, in the order of the seed.
    creationDate: new Date(Date.parse(date) + index).toISOString(),
    etag: contentEtag(id, version),
  });
  const named = versions.map((version, index) => [version.version, from(version, index)] as const);
  return { id, name, flowClass, creationDate: date, versions: new Map(named) };
}

function deviceFrom(seed: SeedDevice, date: string): SimulatedDevice {
  const behaviour = seed.behaviour ?? { kind: "immediate" };
  return {
    id: seed.id,
    name: seed.name,
    deviceClass: seed.deviceClass ?? "edgeCompute",
    tags: seed.tags ?? {},
    edgeAgentVersion: seed.edgeAgentVersion ?? "1.40.0",
    creationDate: date,
    behaviour,
    connected: behaviour.kind !== "offline",
    connectionTime: date,
  };
}

function hex(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
