/** Runtime errors of a version (flowErrors.json): the newest so many before a moment. There is no page and no total. */
import type { SimulatedApplication, SimulatedError } from "./entities.js";
import { findVersion } from "./flow-routes.js";
import type { Route } from "./routes.js";
import { parseRequest, versionErrorsQuery } from "./schemas.js";
import { findFlow } from "./writes.js";

export function versionErrorRoutes(clock: () => number): Route[] {
  return [
    {
      operation: "listVersionErrors",
      method: "GET",
      path: "/flows/:flowId/versions/:version/errors",
      scope: "flowVersion.errors",
      answer: ({ application, query, param }) => {
        const { duration, end: asked, limit, sortDirection, deviceId } = parseRequest(versionErrorsQuery, query);
        const flow = findFlow(application, param("flowId"));
        const { id, version } = findVersion(flow, param("version"));
        const end = asked === 0 ? clock() : asked;
        const start = end - duration;
        const found = application.errors.filter(
          (error) =>
            error.flowId === flow.id &&
            error.version === version &&
            (deviceId === undefined || error.deviceId === deviceId) &&
            Date.parse(error.time) >= start &&
            Date.parse(error.time) <= end,
        );
        const sorted = found.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
        return {
          flowVersion: version,
          flowVersionId: id,
          ...(deviceId === undefined ? {} : { deviceId }),
          start: new Date(start).toISOString(),
          end: new Date(end).toISOString(),
          limit,
          sortDirection,
          errors: (sortDirection === "desc" ? sorted.toReversed() : sorted)
            .slice(0, limit)
            .map((error) => errorView(application, id, error)),
        };
      },
    },
  ];
}

function errorView(
  { devices }: SimulatedApplication,
  flowVersionId: string,
  { time, deviceId, version, nodeId, nodeLabel, name, message }: SimulatedError,
): object {
  return {
    time,
    deviceId,
    deviceName: devices.get(deviceId)?.name,
    flowVersion: version,
    flowVersionId,
    nodeId,
    nodeLabel,
    error: { name, message },
  };
}
