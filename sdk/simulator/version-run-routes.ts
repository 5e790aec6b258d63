/** Runs of a version, counted in stretches of time (flowStats.json). Stretches begin at multiples of the resolution (a guess). */
import type { SimulatedRuns } from "./entities.js";
import { findVersion } from "./flow-routes.js";
import type { Route } from "./routes.js";
import { parseRequest, versionRunsQuery } from "./schemas.js";
import { findFlow } from "./writes.js";

/** How often a device runs its version, in milliseconds. */
const RUN_EVERY_MS = 10;
/** An answer has so many, the newest ones; Losant documents no limit. */
const MAX_STRETCHES = 10_000;

export function versionRunRoutes(clock: () => number): Route[] {
  return [
    {
      operation: "countVersionRuns",
      method: "GET",
      path: "/flows/:flowId/versions/:version/stats",
      scope: "flowVersion.stats",
      answer: ({ application, query, param }) => {
        const { duration, end: asked, resolution, deviceId } = parseRequest(versionRunsQuery, query);
        const flow = findFlow(application, param("flowId"));
        const { id, version } = findVersion(flow, param("version"));
        const end = asked === 0 ? clock() : asked;
        const start = end - duration;
        const runs =
          deviceId === undefined
            ? [...application.runs.values()].flat().filter((one) => one.flowId === flow.id)
            : (application.runs.get(`${flow.id}/${deviceId}`) ?? []);
        const running = runs.filter((one) => one.version === version);
        const count = Math.min(Math.ceil(end / resolution) - Math.floor(start / resolution), MAX_STRETCHES);
        const first = (Math.ceil(end / resolution) - count) * resolution;
        return {
          flowVersion: version,
          flowVersionId: id,
          ...(deviceId === undefined ? {} : { deviceId }),
          start: new Date(start).toISOString(),
          end: new Date(end).toISOString(),
          resolution,
          metrics: Array.from({ length: count }, (_, index) => {
            const from = first + index * resolution;
            return metric(running, Math.max(from, start), Math.min(from + resolution, end), from);
          }),
        };
      },
    },
  ];
}

function metric(running: readonly SimulatedRuns[], from: number, to: number, time: number): object {
  const counts = running.map((one) => runsIn(one, from, to));
  const runCount = counts.reduce((sum, { runs }) => sum + runs, 0);
  const pathsFailed = counts.reduce((sum, { failed }) => sum + failed, 0);
  return {
    time: new Date(time).toISOString(),
    runCount,
    pathsFailed,
    pathsCompleted: runCount - pathsFailed,
    wallTime: runCount,
  };
}

function runsIn({ from: began, to: ended = Infinity, failed }: SimulatedRuns, from: number, to: number) {
  const before = (at: number): number => Math.max(Math.ceil((Math.min(at, ended) - began) / RUN_EVERY_MS), 0);
  const [first, last] = [before(from), before(to)];
  return { runs: last - first, failed: Math.floor(last * failed) - Math.floor(first * failed) };
}
