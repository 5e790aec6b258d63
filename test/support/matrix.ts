/** Starting states and operations of the lifecycle matrix, and what each cell must end in: worked out by hand rules. */
import type { Plant } from "./plant.js";
import { HAND } from "./plant.js";

/** One workflow each: what Losant and the state show before the operation. Devices 0 to 2 are ours, 3 and 4 foreign. */
export const STARTS = [
  "absent",
  "ours",
  "drifted",
  "partly gone",
  "all gone",
  "foreign only",
  "mixed",
  "failed",
  "killed",
] as const;
export type Start = (typeof STARTS)[number];

/** What the program says afterwards; the commands (preview, refresh, up, destroy) run over all of them. */
export const OPERATIONS = [
  "same",
  "set",
  "version",
  "both",
  "replace",
  "alias",
  "rename",
  "retain",
  "drop",
  "target",
  "ignore ids",
  "ignore version",
] as const;
export type Operation = (typeof OPERATIONS)[number];

export type Fleet = Readonly<Record<number, string>>;
type Wanted = Readonly<Record<number, string | null>>;

export interface Cell {
  readonly start: Start;
  readonly operation: Operation;
  readonly name: string;
  readonly flow: number;
  /** Where `replace` moves to. */
  readonly nextFlow: number;
}

export const CELLS: readonly Cell[] = OPERATIONS.flatMap(
  (operation, row) =>
    STARTS.map((start, column): Cell => {
      const flow = 2 * (row * STARTS.length + column);
      return { start, operation, name: `${operation} from ${start}`.replaceAll(" ", "-"), flow, nextFlow: flow + 1 };
    }),
  // What never shows cannot be made to converge by ignoring what the program says now.
).filter(({ start, operation }) => !(start === "failed" && operation === "ignore ids"));
export const FLOWS = 2 * OPERATIONS.length * STARTS.length;
export const OURS = [0, 1, 2];
/** Not an edge device: Losant ignores it, so a release to it never shows. */
export const STANDALONE = 6;

/** Is there a resource in the state before the operation? */
export const isInState = ({ start }: Cell): boolean => !["absent", "foreign only", "killed"].includes(start);
/** A refresh finds no device that carries the flow, and forgets the resource. */
const isForgotten = (cell: Cell): boolean => !isInState(cell) || cell.start === "all gone";

export const startingDevices = ({ start }: Cell): readonly number[] =>
  start === "failed" ? [...OURS, STANDALONE] : OURS;

/** What Losant shows when the operation begins; also made so, by hand, after the first `up`. */
export function startingFleet({ start }: Cell): Fleet {
  const ours = { 0: "v1", 1: "v1", 2: "v1" };
  switch (start) {
    case "absent":
    case "all gone":
      return {};
    case "drifted":
      return { ...ours, 1: "v3" };
    case "partly gone":
      return { 0: "v1", 2: "v1" };
    case "foreign only":
      return { 3: "v1", 4: "v2" };
    case "mixed":
      return { ...ours, 3: "v1", 4: "v2" };
    case "killed":
      return { 0: "v1", 1: "v1" };
    default:
      return ours;
  }
}

export function changeByHand(
  { applicationId, simulator, devices }: Pick<Plant, "applicationId" | "simulator" | "devices">,
  flowId: string,
  cell: Cell,
  live: Fleet,
): void {
  const wanted = startingFleet(cell);
  for (const [device, deviceId] of devices.entries()) {
    const version = wanted[device] ?? null;
    if ((live[device] ?? null) === version) continue;
    simulator.change({ applicationId, flowId, deviceId, version, by: HAND });
  }
}

export interface Declaration {
  readonly name: string;
  readonly flow: number;
  readonly version: string;
  readonly devices: readonly number[];
  readonly options?: object;
}

export function startingDeclaration(cell: Cell): Declaration | undefined {
  if (!isInState(cell)) return undefined;
  const options = cell.operation === "retain" ? { retainOnDelete: true } : undefined;
  return { name: cell.name, flow: cell.flow, version: "v1", devices: startingDevices(cell), options };
}

export function declarationOf(cell: Cell): Declaration | undefined {
  const same = { name: cell.name, flow: cell.flow, version: "v1", devices: OURS };
  switch (cell.operation) {
    case "same":
      return same;
    case "set":
      return { ...same, devices: [0, 1, 5] };
    case "version":
    case "target":
      return { ...same, version: "v2" };
    case "both":
      return { ...same, version: "v2", devices: [0, 1, 5] };
    case "replace":
      return { ...same, flow: cell.nextFlow };
    case "alias":
      return { ...same, name: `${cell.name}-new`, options: { aliases: [{ name: cell.name }] } };
    case "rename":
      return { ...same, name: `${cell.name}-new` };
    case "retain":
    case "drop":
      return undefined;
    case "ignore ids":
      return { ...same, devices: [0, 1], options: { ignoreChanges: ["deviceIds"] } };
    case "ignore version":
      return { ...same, version: "v2", options: { ignoreChanges: ["version"] } };
  }
}

/** Which of our devices must be at which version in the end; foreign ones are not in it. */
export function wantedAfter(cell: Cell): { readonly here: Wanted; readonly next: Wanted } {
  const declared = declarationOf(cell);
  const kept = cell.operation === "retain";
  const owned = isInState(cell) && !kept ? startingDevices(cell) : [];
  const given = Object.fromEntries(owned.map((device) => [device, null]));
  if (declared === undefined) return { here: given, next: {} };
  const ignored = isForgotten(cell) ? undefined : cell.operation;
  const devices = ignored === "ignore ids" ? startingDevices(cell) : declared.devices;
  // Where the version is ignored, a device that somebody has moved stays there.
  const live = startingFleet(cell);
  const versionOf = (device: number): string | null =>
    ignored === "ignore version" ? (live[device] ?? null) : declared.version;
  const placed = Object.fromEntries(devices.map((device) => [device, versionOf(device)]));
  return declared.flow === cell.flow ? { here: { ...given, ...placed }, next: {} } : { here: given, next: placed };
}

/** No order of calls can do with fewer: a call knows one version, and takes up to 1000 devices there. */
export function leastCalls(before: Fleet, wanted: Wanted): number {
  const moves = Object.entries(wanted).filter(
    ([device, version]) => Number(device) !== STANDALONE && (before[Number(device)] ?? null) !== version,
  );
  return new Set(moves.map(([, version]) => version)).size;
}

export function fleetAfter(before: Fleet, wanted: Wanted): Fleet {
  const after = Object.entries({ ...before, ...wanted }).filter(
    ([device, version]) => version !== null && Number(device) !== STANDALONE,
  );
  return Object.fromEntries(after) as Fleet;
}
