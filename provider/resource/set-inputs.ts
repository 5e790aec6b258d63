/**
 * The rollout of an EdgeDeploymentSet: what it takes, and how bad input is answered. Pure.
 *
 * Each workflow is checked as an EdgeDeployment with these devices, so that nothing moves for a set of which one member
 * is refused.
 */
import * as z from "zod";
import { quoteValue } from "../words.js";
import type { LosantId, Version } from "../losant/types.js";
import type { CheckFailure } from "./input-failures.js";
import { checkInputs, hasUnknown } from "./inputs.js";
import type { CheckResult, Inputs } from "./inputs.js";
import { parseInputs } from "./checked-inputs.js";
import type { RolloutInputs } from "./rollout-inputs.js";

export interface SetWorkflow {
  readonly flowId: LosantId;
  readonly version: Version;
}

export interface SetInputs {
  readonly applicationId: LosantId;
  /** By their names in the set, in the order in which they are moved. */
  readonly workflows: Readonly<Record<string, SetWorkflow>>;
  readonly deviceIds: readonly LosantId[];
  readonly adopt?: boolean;
  readonly rollout: RolloutInputs;
}

/** By this property the provider tells the rollout of a set from an EdgeDeployment. */
export const SET_PROPERTY = "workflows";

const NOT_DECLARED = new Set(["__provider", "__defaults"]);

/** @param defaultApplicationId - where the program names none */
export function checkSet(declared: Readonly<Record<string, unknown>>, defaultApplicationId?: string): CheckResult {
  const { [SET_PROPERTY]: workflows, ...common } = declared;
  if (hasUnknown(workflows)) return { inputs: { ...declared }, failures: [] };
  const members = z.record(z.string(), z.looseObject({})).safeParse(workflows);
  if (!members.success || Object.keys(members.data).length === 0) {
    const reason = `${quoteValue(workflows)} names no workflow: give for example { telemetry: { flowId, version: "v1.2.4" } }`;
    return { inputs: { ...declared }, failures: [{ property: SET_PROPERTY, reason }] };
  }
  const shared = Object.fromEntries(Object.entries(common).filter(([name]) => !NOT_DECLARED.has(name)));
  const checked = Object.entries(members.data).map(([name, member]): [string, CheckResult] => [
    name,
    checkInputs({ ...shared, ...member }, defaultApplicationId),
  ]);
  const [[, first] = ["", undefined]] = checked;
  const { flowId: _flow, version: _version, ...sharedInputs } = first?.inputs ?? {};
  return {
    inputs: {
      ...Object.fromEntries(Object.entries(declared).filter(([name]) => NOT_DECLARED.has(name))),
      ...sharedInputs,
      [SET_PROPERTY]: Object.fromEntries(
        checked.map(([name, { inputs }]) => [name, { flowId: inputs["flowId"], version: inputs["version"] ?? null }]),
      ),
    },
    failures: [
      ...distinct(checked.flatMap(([name, { failures }]) => failures.map((one) => placed(name, one)))),
      ...doubles(checked),
      ...unjudged(first?.inputs["rollout"]),
    ],
  };
}

/** What `check` has accepted, as Pulumi hands it back; undefined where it is not the rollout of a set. */
export function parseSet(props: Readonly<Record<string, unknown>>): SetInputs {
  const { [SET_PROPERTY]: workflows, ...common } = props;
  const members = Object.entries((workflows ?? {}) as Readonly<Record<string, object>>).map(
    ([name, member]): [string, Inputs] => [name, parseInputs({ ...common, ...member })],
  );
  const [[, first] = ["", undefined]] = members;
  if (first?.rollout === undefined) throw new Error("these are no inputs of the rollout of an EdgeDeploymentSet");
  return {
    applicationId: first.applicationId,
    deviceIds: first.deviceIds,
    rollout: first.rollout,
    ...(first.adopt === undefined ? {} : { adopt: first.adopt }),
    workflows: Object.fromEntries(members.map(([name, { flowId, version }]) => [name, { flowId, version }])),
  };
}

const OF_THE_MEMBER = /^(flowId|version)/;

/** Where the failure of one workflow stands in the inputs of the set. */
function placed(name: string, { property, reason }: CheckFailure): CheckFailure {
  return { property: OF_THE_MEMBER.test(property) ? `${SET_PROPERTY}.${name}.${property}` : property, reason };
}

function distinct(failures: readonly CheckFailure[]): CheckFailure[] {
  return [...new Map(failures.map((one) => [JSON.stringify(one), one])).values()];
}

function unjudged(rollout: unknown): CheckFailure[] {
  const { health } = (rollout ?? {}) as { readonly health?: { readonly failedRuns?: unknown } };
  if (health?.failedRuns === undefined) return [];
  const reason = "the runs of several workflows are not judged together: leave it out, and judge by errors";
  return [{ property: "rollout.health.failedRuns", reason }];
}

function doubles(checked: readonly (readonly [string, CheckResult])[]): CheckFailure[] {
  const flows = Map.groupBy(checked, ([, { inputs }]) => inputs["flowId"]);
  return [...flows.values()].flatMap(([first, second]) =>
    first === undefined || second === undefined
      ? []
      : [
          {
            property: `${SET_PROPERTY}.${second[0]}.flowId`,
            reason: `the same workflow as "${first[0]}": a device runs one version of a workflow`,
          },
        ],
  );
}
