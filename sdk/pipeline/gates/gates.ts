/** What must hold before a device moves. Pure, except for the user's own function. */
import { countOf, versionOrNothing } from "../../../provider/words.js";
import { countMoved, whoMoved } from "../report/moved-devices.js";
import type { WindowInputs } from "../../../provider/resource/window-inputs.js";
import { approvalRefusal } from "./approval-gate.js";
import type { ApprovalMoment } from "./approval-gate.js";
import { checkWarningGates, warningRefusal } from "./warning-gate.js";
import type { WarningGates } from "./warning-gate.js";
import { checkWindows, windowRefusal } from "./window-gate.js";
import type { PlanFile } from "../report/plan-file.js";
import type { Gate, GateRefusal, Plan } from "../report/results.js";
import type { PlannedResource } from "../report/resource-results.js";
import type { ResourceHealth } from "../report/resource-results.js";

/**
 * Gates are open by default, except for drift, since overwriting a manual change needs a decision, and for devices that
 * cannot run the version.
 */
export interface Gates extends WarningGates {
  /** Most devices that may lose the workflow, over all resources of the stack. @default no limit */
  readonly maxRemoved?: number;
  /** When a run may change something. @default at any time */
  readonly windows?: readonly WindowInputs[];
  /** The plan that was approved: the run does exactly this, or nothing. See {@link planFrom}. @default any plan */
  readonly approved?: PlanFile;
  /** Most devices one run may move, over all resources of the stack. @default no limit */
  readonly maxDevices?: number;
  /** Run although somebody moved devices by hand; the run puts them back. @default false */
  readonly allowDrift?: boolean;
  /**
   * Your own check, asked last. `true` or nothing: run. `false`, or a sentence that says why: refuse. An error refuses, too.
   */
  readonly requirePlan?: (plan: Plan, drift: readonly ResourceHealth[]) => Verdict | Promise<Verdict>;
}

export type Verdict = boolean | string | undefined | void;

/** What the gates need to know beside the plan. */
export interface Moment extends ApprovalMoment {
  /** In milliseconds since 1970; missing where the windows do not matter yet. */
  readonly now?: number;
}

/** @returns why the run is refused; undefined if it may run */
export async function refusalOf(
  gates: Gates,
  plan: Plan,
  health: readonly ResourceHealth[],
  { now, ...moment }: Moment = {},
): Promise<GateRefusal | undefined> {
  const approval = gates.approved === undefined ? undefined : approvalRefusal(gates.approved, moment, health);
  const window = now === undefined ? undefined : windowRefusal(gates.windows, plan, now);
  const first = approval ?? driftRefusal(gates, health) ?? warningRefusal(gates, plan) ?? window;
  if (first !== undefined) return first;
  const removals = removalRefusal(gates, plan);
  if (removals !== undefined) return removals;
  const { maxDevices } = gates;
  if (maxDevices !== undefined && plan.devicesMoved > maxDevices) {
    return { gate: "maxDevices", reason: tooMany(plan, maxDevices) };
  }
  if (maxDevices !== undefined && plan.resources.some(isUncounted)) {
    return { gate: "maxDevices", reason: uncounted(plan.resources.filter(isUncounted), "maxDevices", maxDevices) };
  }
  return gates.requirePlan === undefined ? undefined : asked(gates.requirePlan, plan, health);
}

/** @throws Error that names the gate, its value and a valid one */
export function checkGates(gates: Gates): void {
  for (const name of ["maxDevices", "maxRemoved"] as const) {
    const most = gates[name];
    if (most === undefined || (Number.isInteger(most) && most >= 0)) continue;
    throw new Error(`${name}: ${most} is not a number of devices: give a whole number, 0 or more`);
  }
  checkWarningGates(gates);
  checkWindows(gates.windows);
}

function removalRefusal({ maxRemoved }: Gates, plan: Plan): GateRefusal | undefined {
  if (maxRemoved === undefined) return undefined;
  const { devicesRemoved = 0, resources } = plan;
  if (devicesRemoved > maxRemoved) {
    const parts = resources
      .map(({ name, moved }) => ({ name, count: countMoved(moved.filter(({ to }) => to === null)) }))
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => `${name}: ${count}`);
    const reason =
      `the workflow would be removed from ${countOf(devicesRemoved, "device")} (${parts.join(", ")}), and maxRemoved ` +
      `allows ${maxRemoved}. Check the plan. If it is right, raise maxRemoved.`;
    return { gate: "maxRemoved", reason };
  }
  const open = resources.filter(isUncounted);
  return open.length === 0 ? undefined : { gate: "maxRemoved", reason: uncounted(open, "maxRemoved", maxRemoved) };
}

function driftRefusal({ allowDrift }: Gates, health: readonly ResourceHealth[]): GateRefusal | undefined {
  if (allowDrift === true) return undefined;
  // What the last run left undone is no manual change: this run completes it.
  const drifted = health.flatMap((resource) =>
    resource.drift.filter((entry) => !entry.unfinished).map((entry) => ({ resource, entry })),
  );
  const [first] = drifted;
  if (first === undefined) return undefined;
  const { resource, entry } = first;
  const who = entry.changedBy === undefined ? "" : ` by ${whoMoved(entry)}`;
  const device = `${entry.name === undefined ? "" : `${entry.name} `}${entry.deviceId}`;
  const more = drifted.length === 1 ? "" : ` and ${drifted.length - 1} more`;
  return {
    gate: "allowDrift",
    reason:
      `${countOf(drifted.length, "device")} moved outside of Pulumi (${resource.name}: ${device} is at ${versionOrNothing(entry.actual)} ` +
      `instead of ${versionOrNothing(entry.expected)}${who}${more}). Find out why. To move them back to the declared version, allow drift.`,
  };
}

function tooMany({ devicesMoved, devicesUnknown, resources }: Plan, maxDevices: number): string {
  const parts = resources
    .map(({ name, moved }) => ({ name, count: countMoved(moved) }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${name}: ${count}`);
  return (
    `this run would move ${devicesUnknown === true ? "at least " : ""}${countOf(devicesMoved, "device")} (${parts.join(", ")}), and maxDevices allows ${maxDevices}. ` +
    "Check the plan. If it is right, raise maxDevices."
  );
}

/** A gate that cannot count is closed. */
function isUncounted({ unknown }: PlannedResource): boolean {
  return unknown !== undefined && unknown.length > 0;
}

function uncounted(resources: readonly PlannedResource[], gate: Gate, most: number): string {
  const gaps = resources.flatMap((resource) => (resource.unknown ?? []).map((name) => gapOf(resource, name)));
  const lines = gaps.map(({ what }) => what);
  const ways = [...new Set(gaps.map(({ way }) => way))];
  return (
    `how many devices this run would move is not known, and ${gate} allows ${most}: ${lines.join("; ")}. ` +
    `${ways.join(" ")} Or run without ${gate}.`
  );
}

function gapOf({ name: resource, secret = [] }: PlannedResource, name: string): { what: string; way: string } {
  if (name === "exclusive") {
    return {
      what: `${resource} becomes exclusive, and no plan says which other devices have the workflow`,
      way: PLAN,
    };
  }
  if (secret.includes(name)) {
    return { what: `${name} of ${resource} is secret, and no plan says how many devices move`, way: PLAN };
  }
  return {
    what: `${name} of ${resource} is an output that is not known before the run`,
    way: "Declare the value in the program, or first run `pulumi up --target` for the resource that it comes from.",
  };
}

const PLAN =
  "Let the preview make its plan: `losant:preflight` must not be false, and the API token must be able to list deployments.";

async function asked(
  ask: NonNullable<Gates["requirePlan"]>,
  plan: Plan,
  health: readonly ResourceHealth[],
): Promise<GateRefusal | undefined> {
  try {
    const verdict = await ask(plan, health);
    if (verdict === undefined || verdict === true) return undefined;
    return { gate: "requirePlan", reason: verdict === false ? "requirePlan answered false" : verdict };
  } catch (error) {
    return { gate: "requirePlan", reason: error instanceof Error ? error.message : String(error) };
  }
}
