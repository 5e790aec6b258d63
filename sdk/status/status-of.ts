/** From what Losant lists and what stacks declare to what runs where. Pure: time is an argument. */
import type { ApplicationFleet } from "../../provider/lookup/application-fleet.js";
import type { Device, EdgeDeploymentRow, LosantId } from "../../provider/losant/types.js";
import { toDeviceView, toFleet } from "../../provider/resource/fleet.js";
import { isPending, liveOf } from "../../provider/resource/live.js";
import type { Drift } from "../../provider/resource/state.js";
import { countsOf, worstFirst } from "./arrange.js";
import type {
  ApplicationStatus,
  CellState,
  FleetStatus,
  StatusCell,
  StatusDevice,
  StatusWorkflow,
} from "./fleet-status.js";
import type { Owner, Owners } from "./owners.js";

/** What is known of one application. */
export interface FleetFacts extends ApplicationFleet {
  readonly name?: string;
}

export interface StatusInput {
  readonly applications: readonly FleetFacts[];
  /** Only this workflow was read. */
  readonly flowId?: LosantId;
  readonly stacks?: readonly string[];
  readonly owners?: Owners;
  readonly now: Date;
}

export function fleetStatusOf({ applications, flowId, stacks = [], owners, now }: StatusInput): FleetStatus {
  const isRead = ({ saved }: Owner): boolean => flowId === undefined || saved.inputs.flowId.toLowerCase() === flowId;
  return {
    schema: "pulumi-losant/status",
    version: 1,
    readAt: now.toISOString(),
    stacks,
    notes: [...(owners?.notes ?? []), ...applications.flatMap(scopeNotes)],
    applications: applications.map((facts) => applicationStatus(facts, owners?.owners.filter(isRead) ?? [])),
  };
}

function scopeNotes({ applicationId, devices, workflows }: FleetFacts): string[] {
  const where = `application ${applicationId}`;
  return [
    ...(devices === undefined
      ? [`the token may not list devices (scope devices.get): devices of ${where} without a workflow are not shown`]
      : []),
    ...(workflows === undefined
      ? [`the token may not list workflows (scope flows.get): workflows of ${where} that no device has are not shown`]
      : []),
  ];
}

/** What a stack says of one workflow on one device. */
interface Claim {
  readonly owners: string[];
  drift?: Drift;
}

function applicationStatus(facts: FleetFacts, owners: readonly Owner[]): ApplicationStatus {
  const rows = facts.deployments.filter((row) => row.desiredVersion !== null || row.currentVersion !== null);
  const claims = claimsOf(facts, owners);
  const byCell = new Map(rows.map((row) => [cellKey(row.flowId, row.deviceId), row]));
  const workflows = workflowsOf(facts, claims.keys());
  const onDevice = Map.groupBy(new Set([...byCell.keys(), ...claims.keys()]), (key) => key.slice(key.indexOf("/") + 1));
  const order = new Map(workflows.map(({ id }, index) => [id, index]));
  const cellsOf = (deviceId: LosantId): StatusCell[] =>
    (onDevice.get(deviceId) ?? [])
      .map((key) => cellOf(key.slice(0, key.indexOf("/")), byCell.get(key), claims.get(key)))
      .filter((cell) => cell !== undefined)
      .toSorted((a, b) => (order.get(a.flowId) ?? 0) - (order.get(b.flowId) ?? 0));
  const devices = devicesOf(facts, onDevice.keys()).map((device) => ({ ...device, cells: cellsOf(device.id) }));
  return {
    id: facts.applicationId,
    ...(facts.name === undefined ? {} : { name: facts.name }),
    counts: countsOf(devices),
    workflows,
    devices: worstFirst(devices),
  };
}

/** By `flowId/deviceId`. */
function claimsOf({ applicationId, deployments }: FleetFacts, owners: readonly Owner[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  const ofFlow = Map.groupBy(deployments, (row) => row.flowId.toLowerCase());
  for (const { name, saved, drift } of owners) {
    const { inputs } = saved;
    if (inputs.applicationId.toLowerCase() !== applicationId.toLowerCase()) continue;
    const flowId = inputs.flowId.toLowerCase();
    const claimOf = (deviceId: LosantId): Claim => {
      const key = cellKey(flowId, deviceId);
      const claim = claims.get(key) ?? { owners: [] };
      claims.set(key, claim);
      return claim;
    };
    const live = liveOf(saved, toFleet(ofFlow.get(flowId) ?? []), drift);
    const differing = new Map(live.outputs.drift.map((entry) => [entry.deviceId, entry]));
    for (const deviceId of new Set([...inputs.deviceIds, ...saved.leaving, ...differing.keys()])) {
      const claim = claimOf(deviceId);
      claim.owners.push(name);
      claim.drift ??= differing.get(deviceId);
    }
  }
  return claims;
}

/** The application's own workflows by name, then those that only deployments or stacks speak of. */
function workflowsOf({ workflows, deployments }: FleetFacts, claimed: Iterable<string>): StatusWorkflow[] {
  const names = new Map<string, string | undefined>();
  const add = (id: string, name: string | undefined): void => {
    names.set(id.toLowerCase(), names.get(id.toLowerCase()) ?? name);
  };
  for (const { id, name } of workflows ?? []) add(id, name);
  for (const { flowId, flowName } of deployments) add(flowId, flowName);
  for (const key of claimed) add(key.slice(0, key.indexOf("/")), undefined);
  return [...names]
    .map(([id, name]) => ({ id, ...(name === undefined ? {} : { name }) }))
    .toSorted((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id) || (a.id < b.id ? -1 : 1));
}

type DeviceFacts = Omit<StatusDevice, "cells">;

function devicesOf({ devices, deployments }: FleetFacts, carrying: Iterable<LosantId>): DeviceFacts[] {
  const known = new Map((devices ?? []).map((device) => [device.id.toLowerCase(), device]));
  const rows = new Map(deployments.map((row) => [row.deviceId.toLowerCase(), row]));
  const ids = new Set([...known.keys(), ...carrying]);
  return [...ids].map((id) => deviceFacts(id, known.get(id), rows.get(id), devices !== undefined));
}

function deviceFacts(
  id: LosantId,
  device: Device | undefined,
  row: EdgeDeploymentRow | undefined,
  isListed: boolean,
): DeviceFacts {
  const name = device?.name ?? row?.deviceName;
  const online = device?.connected ?? row?.connected;
  const tags = device?.tags.map(({ key, value }) => `${key}=${value}`) ?? [];
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(online === undefined ? {} : { online }),
    ...(device?.edgeAgentVersion === undefined ? {} : { agent: device.edgeAgentVersion }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(isListed && device === undefined && row === undefined ? { missing: true } : {}),
  };
}

/** Undefined where nothing is deployed and nothing should be. */
function cellOf(
  flowId: LosantId,
  row: EdgeDeploymentRow | undefined,
  claim: Claim | undefined,
): StatusCell | undefined {
  const view = row && toDeviceView(row);
  const drift = claim?.drift;
  if (view === undefined && drift === undefined) return undefined;
  const runningSince = row && reportedAt(row);
  const state = stateOf(view !== undefined && view.failure !== undefined, drift, isPending(view));
  return {
    flowId,
    state,
    wanted: view?.desired ?? null,
    running: view?.current ?? null,
    ...(view?.changedAt === undefined ? {} : { since: view.changedAt }),
    ...(view?.changedBy === undefined ? {} : { by: view.changedBy }),
    ...(runningSince === undefined ? {} : { runningSince }),
    ...(view !== undefined && !view.sameContent && view.current === view.desired ? { olderContent: true } : {}),
    ...(view?.failure === undefined ? {} : { failure: failureOf(view.failure) }),
    ...(drift === undefined ? {} : { declared: drift.expectedVersion }),
    ...(drift?.unfinished === undefined ? {} : { unfinished: true }),
    ...(claim === undefined ? {} : { owners: claim.owners }),
  };
}

/** The worst that holds. Drift of a stopped rollout is what its next `up` goes on with, so it counts as pending. */
function stateOf(hasFailed: boolean, drift: Drift | undefined, pending: boolean): CellState {
  if (hasFailed) return "failed";
  if (drift !== undefined && drift.unfinished !== true) return "drifted";
  return pending || drift !== undefined ? "pending" : "deployed";
}

function failureOf({ error, at }: { readonly error: string; readonly at?: string }): StatusCell["failure"] {
  return at === undefined ? { error } : { error, at };
}

/** When the device first reported the version that it runs. */
function reportedAt({ logs, currentVersion }: EdgeDeploymentRow): string | undefined {
  const reports = logs
    .filter((log) => log.changeType === "current" && log.error === undefined)
    .toSorted((a, b) => (a.date ?? "").localeCompare(b.date ?? ""));
  const before = reports.findLastIndex((log) => (log.newValue ?? null) !== currentVersion);
  return reports[before + 1]?.date;
}

function cellKey(flowId: LosantId, deviceId: LosantId): string {
  return `${flowId.toLowerCase()}/${deviceId.toLowerCase()}`;
}
