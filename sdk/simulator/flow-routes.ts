/** The application itself, its workflows and their versions. */
import { NotFound } from "./errors.js";
import type { SimulatedFlow, SimulatedVersion } from "./entities.js";
import type { SimulatedOperation } from "./operations.js";
import { globMatches, readPage } from "./paging.js";
import type { Route, RouteRequest } from "./routes.js";
import { flowsQuery, noQuery, parseRequest, versionsQuery } from "./schemas.js";
import { applicationView, flowView, versionView } from "./views.js";
import { findFlow } from "./writes.js";

export function flowRoutes(maxPerPage: number): Route[] {
  return [
    get("getApplication", "", "application.get", ({ application, query }) => {
      parseRequest(noQuery, query);
      return applicationView(application);
    }),
    get("listFlows", "/flows", "flows.get", (request) => listFlows(request, maxPerPage)),
    get("getFlow", "/flows/:flowId", "flow.get", ({ application, query, param }) => {
      parseRequest(noQuery, query);
      return flowView(application, findFlow(application, param("flowId")));
    }),
    get("listFlowVersions", "/flows/:flowId/versions", "flowVersions.get", (request) =>
      listVersions(request, maxPerPage),
    ),
    get("getFlowVersion", "/flows/:flowId/versions/:version", "flowVersion.get", ({ application, query, param }) => {
      parseRequest(noQuery, query);
      const flow = findFlow(application, param("flowId"));
      return versionView(application, flow, findVersion(flow, param("version")));
    }),
  ];
}

/** By "version ID or version name". */
export function findVersion({ versions }: SimulatedFlow, asked: string): SimulatedVersion {
  const found = versions.get(asked) ?? [...versions.values()].find(({ id }) => id === asked);
  if (!found) throw new NotFound("Flow version was not found");
  return found;
}

function get(operation: SimulatedOperation, path: string, scope: string, answer: Route["answer"]): Route {
  return { operation, method: "GET", path, scope, answer };
}

function listFlows({ application, query, listingFault }: RouteRequest, maxPerPage: number): object {
  const { flowClass, filter, filterField, ...paging } = parseRequest(flowsQuery, query);
  const page = readPage(application.listings, paging, {
    name: `flows ${JSON.stringify({ flowClass, filter })}`,
    rows: () =>
      [...application.flows.values()]
        .filter((flow) => flow.flowClass === flowClass && globMatches(filter, flow.name))
        .map((flow) => flowView(application, flow)),
    view: (flow) => flow,
    defaultSort: "name",
    maxPerPage,
    fault: listingFault,
  });
  return { ...page, applicationId: application.id, flowClass, filter, filterField, _type: "flows" };
}

function listVersions({ application, query, param, listingFault }: RouteRequest, maxPerPage: number): object {
  const { filter, filterField, ...paging } = parseRequest(versionsQuery, query);
  const flow = findFlow(application, param("flowId"));
  const page = readPage(application.listings, paging, {
    name: `versions ${JSON.stringify({ flowId: flow.id, filter })}`,
    rows: () =>
      [...flow.versions.values()]
        .filter(({ version }) => globMatches(filter, version))
        .map((version) => versionView(application, flow, version)),
    view: (version) => version,
    defaultSort: "version",
    maxPerPage,
    fault: listingFault,
  });
  return { ...page, applicationId: application.id, flowId: flow.id, filter, filterField, _type: "flowVersions" };
}
