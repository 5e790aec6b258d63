/** Counting, sorting and searching what runs where; the page and the table share it. Pure. */
import type { CellState, StatusCell, StatusCounts, StatusDevice, StatusWorkflow } from "./fleet-status.js";

/** The worst first. */
export const STATES = ["failed", "drifted", "pending", "deployed"] as const satisfies readonly CellState[];

/** The worst state among a device's workflows; `empty` where none is deployed. */
export function worstState({ cells }: Pick<StatusDevice, "cells">): CellState | "empty" {
  return STATES.find((state) => cells.some((cell) => cell.state === state)) ?? "empty";
}

export function countsOf(devices: readonly StatusDevice[]): StatusCounts {
  const counts = { devices: devices.length, failed: 0, drifted: 0, pending: 0, deployed: 0, empty: 0, offline: 0 };
  const shows = ["failed", "drifted", "pending", "deployed", "empty", "offline"] as const;
  for (const device of devices) {
    for (const show of shows) if (isShown(device, show)) counts[show] += 1;
  }
  return counts;
}

const ORDER: Readonly<Record<string, number>> = { failed: 0, drifted: 1, pending: 2, deployed: 3, empty: 4 };
// One for all: `localeCompare` makes a new one at each call, which takes seconds for thousands of names.
const byName = new Intl.Collator("en", { numeric: true });

export function worstFirst<T extends StatusDevice>(devices: readonly T[]): T[] {
  return devices
    .map((device) => ({ device, order: ORDER[worstState(device)] ?? 0 }))
    .toSorted((a, b) => a.order - b.order || compareNames(a.device, b.device))
    .map(({ device }) => device);
}

function compareNames(a: StatusDevice, b: StatusDevice): number {
  return byName.compare(a.name ?? a.id, b.name ?? b.id) || (a.id < b.id ? -1 : 1);
}

/** Which devices are looked at. */
export type Show = "all" | CellState | "empty" | "offline";

/** A device with a failed and a drifted workflow is among both; `deployed` is one where all is as it should be. */
export function isShown(device: StatusDevice, show: Show): boolean {
  switch (show) {
    case "all":
      return true;
    case "offline":
      return device.online === false;
    case "deployed":
    case "empty":
      return worstState(device) === show;
    case "failed":
    case "drifted":
    case "pending":
      return device.cells.some(({ state }) => state === show);
  }
}

/** All that can be searched of a device, in lower case. */
export function searchText(device: StatusDevice, workflows: ReadonlyMap<string, StatusWorkflow>): string {
  const { id, name, agent, tags = [], cells } = device;
  const ofCells = cells.flatMap((cell) => [workflows.get(cell.flowId)?.name, ...cellWords(cell)]);
  return [id, name, agent, ...tags, ...ofCells].filter(Boolean).join("\n").toLowerCase();
}

function cellWords({
  state,
  wanted,
  running,
  by,
  failure,
  declared,
  owners = [],
}: StatusCell): (string | null | undefined)[] {
  return [state, wanted, running, by, failure?.error, declared, ...owners];
}

/** Each word has to occur. */
export function matchesSearch(text: string, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text.includes(word));
}

/** How many devices run each version of a workflow, the most first. */
export function runningVersions(
  devices: readonly StatusDevice[],
  flowId: string,
): { version: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { cells } of devices) {
    const running = cells.find((cell) => cell.flowId === flowId)?.running;
    if (typeof running === "string") counts.set(running, (counts.get(running) ?? 0) + 1);
  }
  return [...counts]
    .map(([version, count]) => ({ version, count }))
    .toSorted((a, b) => b.count - a.count || byName.compare(b.version, a.version));
}

/** In which order devices are shown. */
export type Order = "worst" | "newest" | "name";

/** @param devices - the worst first, as a status has them */
export function sortedBy(devices: readonly StatusDevice[], order: Order): readonly StatusDevice[] {
  if (order === "worst") return devices;
  if (order === "name") return devices.toSorted(compareNames);
  return devices
    .map((device) => ({ device, date: newestChange(device) }))
    .toSorted((a, b) => (a.date === b.date ? compareNames(a.device, b.device) : a.date < b.date ? 1 : -1))
    .map(({ device }) => device);
}

function newestChange({ cells }: StatusDevice): string {
  return cells.reduce((newest, { since = "" }) => (since > newest ? since : newest), "");
}
