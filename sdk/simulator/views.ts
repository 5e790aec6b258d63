/** Records as the API shows them, and pages of them. */
import type { Application, Device, Flow, Row } from "./entities.js";

export interface ViewOptions {
  /** As an old private install: no etags, names, classes or connection info. */
  readonly legacy: boolean;
  readonly logsOrder: "oldestFirst" | "newestFirst";
}

export function deploymentView(application: Application, row: Row, { legacy, logsOrder }: ViewOptions) {
  const device = application.devices.get(row.deviceId);
  const flow = application.flows.get(row.flowId);
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
    logs: logsOrder === "newestFirst" ? row.logs.toReversed() : row.logs,
    ...(legacy
      ? {}
      : {
          deviceName: device?.name,
          flowName: flow?.name,
          flowClass: flow?.flowClass,
          desiredEtag: row.desiredEtag,
          currentEtag: row.currentEtag,
          deviceConnectionInfo: connectionOf(device),
        }),
    _type: "edgeDeployment",
  };
}

function connectionOf(device: Device | undefined) {
  return { connected: device?.connected === true ? 1 : 0, time: device?.connectionTime };
}

export function deviceView(application: Application, device: Device, query: Readonly<Record<string, unknown>>) {
  const tags = Object.entries(device.tags).map(([key, value]) => ({ key, value }));
  return {
    id: device.id,
    deviceId: device.id,
    applicationId: application.id,
    name: device.name,
    deviceClass: device.deviceClass,
    edgeAgentVersion: device.edgeAgentVersion,
    tags: query["tagsAsObject"] === "true" ? Object.fromEntries(tags.map(({ key, value }) => [key, [value]])) : tags,
    ...(query["excludeConnectionInfo"] === "true" ? {} : { connectionInfo: connectionOf(device) }),
    _type: "device",
  };
}

export function flowView(application: Application, flow: Flow) {
  return {
    id: flow.id,
    flowId: flow.id,
    applicationId: application.id,
    name: flow.name,
    flowClass: flow.flowClass,
    minimumAgentVersion: null,
    _type: "flow",
  };
}

export function versionView(application: Application, flow: Flow, version: string) {
  const found = flow.versions.get(version);
  return {
    id: found?.id,
    flowVersionId: found?.id,
    applicationId: application.id,
    flowId: flow.id,
    flowClass: flow.flowClass,
    version,
    minimumAgentVersion: found?.minimumAgentVersion ?? null,
    _type: "flowVersion",
  };
}

export interface Paging {
  readonly page?: number | undefined;
  readonly perPage?: number | undefined;
  readonly sortField?: string | undefined;
  readonly sortDirection?: "asc" | "desc" | undefined;
}

/** Losant's defaults: page 0, 100 a page, ascending. Equal keys keep their order. */
export function pageOf<T extends object>(all: readonly T[], paging: Paging, defaultSort: string, maxPerPage: number) {
  const { page = 0, perPage = 100, sortField = defaultSort, sortDirection = "asc" } = paging;
  const size = Math.min(perPage, maxPerPage);
  const key = (item: T): string => {
    const value = (item as Record<string, unknown>)[sortField];
    return typeof value === "string" ? value : "";
  };
  const sign = sortDirection === "asc" ? 1 : -1;
  const sorted = all.toSorted((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const items = sorted.slice(page * size, (page + 1) * size);
  return { items, count: items.length, totalCount: all.length, perPage: size, page, sortField, sortDirection };
}

/** Losant's `filter`: a glob with `*`, whatever the case. */
export function globMatches(glob: string | undefined, text: string): boolean {
  if (glob === undefined) return true;
  const pattern = glob
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(".*");
  return new RegExp(`^${pattern}$`, "i").test(text);
}
