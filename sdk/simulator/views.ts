/** Records as the API shows them. A missing value is left out: most fields of the schemas allow no null. */
import type { SimulatedApplication, SimulatedDevice, SimulatedFlow, SimulatedVersion, Row } from "./entities.js";

export interface ViewOptions {
  /** As an old private install: no etags, names, classes and connection info. */
  readonly legacy: boolean;
  /** Which log entry of a deployment comes first; not documented. */
  readonly logsOrder: "oldestFirst" | "newestFirst";
}

export function applicationView({ id, name, creationDate }: SimulatedApplication) {
  return { id, applicationId: id, name, creationDate, _type: "application" };
}

/** edgeDeployment.json; old installs lack the fields that came with API 1.21.0 and later. */
export function deploymentView(application: SimulatedApplication, row: Row, { legacy, logsOrder }: ViewOptions) {
  const device = application.devices.get(row.deviceId);
  const flow = application.flows.get(row.flowId);
  const logs = logsOrder === "newestFirst" ? row.logs.toReversed() : row.logs;
  return {
    id: row.id,
    edgeDeploymentId: row.id,
    applicationId: application.id,
    deviceId: row.deviceId,
    flowId: row.flowId,
    creationDate: row.creationDate,
    lastUpdated: row.lastUpdated,
    desiredVersion: row.desiredVersion,
    currentVersion: row.currentVersion,
    logs: legacy
      ? logs.map(({ newEtag: _new, previousEtag: _previous, attemptedEtag: _attempted, ...log }) => log)
      : logs,
    ...(legacy
      ? {}
      : {
          deviceName: device?.name,
          flowName: flow?.name,
          flowClass: flow?.flowClass,
          desiredEtag: row.desiredEtag ?? undefined,
          currentEtag: row.currentEtag ?? undefined,
          deviceConnectionInfo: device && connectionOf(device),
        }),
    _type: "edgeDeployment",
  };
}

/** An item of devices.json. */
export function deviceView(
  application: SimulatedApplication,
  device: SimulatedDevice,
  { tagsAsObject, excludeConnectionInfo }: { tagsAsObject?: string; excludeConnectionInfo?: string },
) {
  const tags = Object.entries(device.tags);
  return {
    id: device.id,
    deviceId: device.id,
    applicationId: application.id,
    name: device.name,
    deviceClass: device.deviceClass,
    creationDate: device.creationDate,
    lastUpdated: device.creationDate,
    edgeAgentVersion: device.deviceClass === "edgeCompute" ? device.edgeAgentVersion : undefined,
    // In Losant a key can have several values, hence the lists (inferred).
    tags:
      tagsAsObject === "true"
        ? Object.fromEntries(tags.map(([key, value]) => [key, [value]]))
        : tags.map(([key, value]) => ({ key, value })),
    connectionInfo: excludeConnectionInfo === "true" ? undefined : connectionOf(device),
    _type: "device",
  };
}

/** flow.json, without the workflow's nodes. */
export function flowView(application: SimulatedApplication, { id, name, flowClass, creationDate }: SimulatedFlow) {
  const dates = { creationDate, lastUpdated: creationDate };
  return { id, flowId: id, applicationId: application.id, name, flowClass, ...dates, _type: "flow" };
}

/** flowVersion.json, without the workflow's nodes. */
export function versionView(application: SimulatedApplication, flow: SimulatedFlow, version: SimulatedVersion) {
  return {
    id: version.id,
    flowVersionId: version.id,
    applicationId: application.id,
    flowId: flow.id,
    flowClass: flow.flowClass,
    version: version.version,
    creationDate: version.creationDate,
    lastUpdated: version.creationDate,
    minimumAgentVersion: version.minimumAgentVersion,
    _type: "flowVersion",
  };
}

function connectionOf({ connected, connectionTime }: SimulatedDevice) {
  return { connected: connected ? 1 : 0, time: connectionTime };
}
