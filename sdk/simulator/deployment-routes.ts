/** `/edge/deployments`: listing, one row, and the three writes. */
import type { Backend } from "./backend.js";
import type { Row } from "./entities.js";
import { NotFound } from "./errors.js";
import { readPage } from "./paging.js";
import type { Route, RouteRequest } from "./routes.js";
import { deploymentsQuery, noQuery, parseRequest } from "./schemas.js";
import type { ReplaceMatches } from "./simulator.js";
import { deploymentView } from "./views.js";
import type { ViewOptions } from "./views.js";
import { release, remove, replace } from "./writes.js";
import type { WriteRequest } from "./writes.js";

export interface DeploymentOptions extends ViewOptions {
  readonly writeStatus: 201 | 202;
  readonly desiredDelayMs: number;
  readonly maxPerPage: number;
  readonly replaceMatches: ReplaceMatches;
}

export function deploymentRoutes(backend: Backend, options: DeploymentOptions): Route[] {
  // Status 202 and the longer release body both came with API 1.30.1.
  const since1301 = options.writeStatus === 202;
  const write = (operation: WriteOperation, prepare: (write: WriteRequest) => () => void): Route => ({
    operation,
    method: "POST",
    path: `/edge/deployments/${operation}`,
    scope: `edgeDeployments.${operation}`,
    status: options.writeStatus,
    answer: ({ application, by, body, query }) => {
      parseRequest(noQuery, query);
      const effect = prepare({ backend, application, by, body });
      backend.scheduler.after(since1301 ? options.desiredDelayMs : 0, effect);
      return { success: true, _type: "success" };
    },
  });

  return [
    {
      operation: "listDeployments",
      method: "GET",
      path: "/edge/deployments",
      scope: "edgeDeployments.get",
      answer: (request) => list(request, options),
    },
    {
      operation: "getDeployment",
      method: "GET",
      path: "/edge/deployments/:id",
      scope: "edgeDeployment.get",
      answer: ({ application, query, param }) => {
        parseRequest(noQuery, query);
        const id = param("id").toLowerCase();
        const row = [...application.rows.values()].find((one) => one.id === id);
        if (!row) throw new NotFound("Edge deployment was not found");
        return deploymentView(application, row, options);
      },
    },
    write("release", (request) => release(request, since1301)),
    write("replace", (request) => replace(request, options.replaceMatches)),
    write("remove", remove),
  ];
}

type WriteOperation = "release" | "replace" | "remove";

/** The answer has the shape of the example in the API reference; the schema requires none of its fields. */
function list({ application, query, listingFault }: RouteRequest, options: DeploymentOptions): object {
  const { page, perPage, sortField, sortDirection, ...filter } = parseRequest(deploymentsQuery, query);
  const { filterEmpty, flowId, deviceId, version } = filter;
  const isWanted = (row: Row): boolean =>
    (flowId ?? row.flowId) === row.flowId &&
    (deviceId ?? row.deviceId) === row.deviceId &&
    // "matches against both current and desired": either side is enough (inferred).
    (version === undefined || row.desiredVersion === version || row.currentVersion === version) &&
    !(filterEmpty === "true" && row.desiredVersion === null && row.currentVersion === null);
  const answer = readPage<Row>(
    application.listings,
    { page, perPage, sortField, sortDirection },
    {
      name: `deployments ${JSON.stringify(filter)}`,
      rows: () => [...application.rows.values()].filter(isWanted),
      view: (row) => deploymentView(application, row, options),
      defaultSort: "lastUpdated",
      maxPerPage: options.maxPerPage,
      fault: listingFault,
    },
  );
  return { ...answer, applicationId: application.id, flowId, deviceId, version, _type: "edgeDeployments" };
}
