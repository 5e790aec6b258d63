/** What is said when: to whom a device belonged, what was released, who moved what. */
import { counted, driftLine, releasedLine, takeoverLine } from "./describe.js";
import { capped } from "./execute.js";
import type { Outcome, Ports } from "./execute.js";
import type { Inputs } from "./inputs.js";
import type { Version } from "./losant/types.js";
import type { DeviceView, Fleet } from "./observe.js";
import { namesOf, recordLine } from "./record.js";
import { problemLine } from "./progress.js";
import type { DeviceProblem } from "./rollout.js";
import type { Live, Outputs } from "./state.js";

export function refuseTakeover(ports: Ports, inputs: Inputs, taken: readonly DeviceView[]): void {
  if (taken.length === 0) return;
  const lines = capped(taken.map((view) => takeoverLine(view, new Date(ports.clock.now()))));
  if (inputs.adopt !== true) {
    throw new Error(
      `${counted(taken.length)} already deployed at another version, by somebody else. Nothing was changed. ` +
        `To take over: adopt: true; else leave them out of deviceIds.\n${lines.join("\n")}`,
    );
  }
  ports.log.info(`takes over ${counted(taken.length)}:\n${lines.join("\n")}`);
}

export function tellReleased({ log }: Ports, { calls, moves, fleet }: Outcome): void {
  if (calls.length === 0) return;
  const why = calls.map((call) => call.why).join("; ");
  log.info(`${releasedLine(moves, fleet)} (${why})`);
}

/** Names for the reports of a pipeline: outputs have the ids of failed devices, and names may change. */
export function tellFailed({ log, resourceId }: Ports, { failures }: Outputs, fleet: Fleet): void {
  if (failures.length === 0 || resourceId === undefined) return;
  const names = namesOf(
    fleet,
    failures.map((failure) => failure.deviceId),
  );
  log.debug(recordLine({ kind: "applied", id: resourceId, calls: [], moved: [], names }));
}

export function tellProblems(
  { log, resourceId }: Ports,
  version: Version,
  problems: readonly DeviceProblem[],
  fleet: Fleet,
): void {
  if (problems.length === 0 || resourceId === undefined) return;
  const devices = problems.map((problem) => {
    const failure = problem.kind === "failed" ? fleet.get(problem.deviceId)?.failure : undefined;
    const error = failure?.error ?? problemLine(problem, version, fleet);
    return { deviceId: problem.deviceId, error, ...(failure?.at === undefined ? {} : { at: failure.at }) };
  });
  const names = namesOf(
    fleet,
    problems.map(({ deviceId }) => deviceId),
  );
  log.debug(recordLine({ kind: "problems", id: resourceId, version, devices, names }));
}

export function tellDrift(ports: Ports, id: string, { inputs, outputs: { drift }, gone }: Live, fleet: Fleet): void {
  const { unfinishedRollout } = inputs;
  if (unfinishedRollout !== undefined) ports.log.warn(`rollout unfinished: ${unfinishedRollout}`);
  if (drift.length === 0) return;
  const devices = drift.map((entry) => entry.deviceId);
  ports.log.debug(recordLine({ kind: "found", id, gone, drift, names: namesOf(fleet, devices) }));
  // The devices that an unfinished rollout has not reached differ as well, and nobody moved them.
  if (unfinishedRollout !== undefined) return;
  const now = new Date(ports.clock.now());
  const flowName = [...fleet.values()].find((view) => view.flowName !== undefined)?.flowName;
  const lead = `drift${flowName === undefined ? "" : ` of ${flowName}`}: `;
  for (const line of capped(drift.map((entry) => driftLine(entry, fleet, now)))) ports.log.warn(lead + line);
}
