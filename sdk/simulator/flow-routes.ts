/** The application itself, its workflows and their versions. */
import { NotFound } from "./errors.js";
import { globMatches, cutPage } from "./paging.js";
import type { Asked, Route } from "./routes.js";
import { flowsQuery, noQuery, parseRequest, versionsQuery } from "./schemas.js";
import { applicationView, flowView, versionView } from "./views.js";
import { findFlow } from "./writes.js";

export function flowRoutes(maxPerPage: number): Route[] {
  return [
    get("", "application.get", ({ application, query }) => {
      parseRequest(noQuery, query);
      return applicationView(application);
    }),
    get("/flows", "flows.get", (asked) => listFlows(asked, maxPerPage)),
    get("/flows/:flowId", "flow.get", ({ application, query, param }) => {
      parseRequest(noQuery, query);
      return flowView(application, findFlow(application, param("flowId")));
    }),
    get("/flows/:flowId/versions", "flowVersions.get", (asked) => listVersions(asked, maxPerPage)),
    get("/flows/:flowId/versions/:version", "flowVersion.get", ({ application, query, param }) => {
      parseRequest(noQuery, query);
      const flow = findFlow(application, param("flowId"));
      const asked = param("version");
      // "Version ID or version name".
      const found = flow.versions.get(asked) ?? [...flow.versions.values()].find(({ id }) => id === asked);
      if (!found) throw new NotFound("Flow version was not found");
      return versionView(application, flow, found);
    }),
  ];
}

function get(path: string, scope: string, answer: Route["answer"]): Route {
  return { method: "GET", path, scope, answer };
}

function listFlows({ application, query }: Asked, maxPerPage: number): object {
  const { flowClass, filter, filterField, ...paging } = parseRequest(flowsQuery, query);
  const chosen = [...application.flows.values()]
    .filter((flow) => flow.flowClass === flowClass && globMatches(filter, flow.name))
    .map((flow) => flowView(application, flow));
  const page = cutPage(chosen, paging, { defaultSort: "name", maxPerPage });
  return { ...page, applicationId: application.id, flowClass, filter, filterField, _type: "flows" };
}

function listVersions({ application, query, param }: Asked, maxPerPage: number): object {
  const { filter, filterField, ...paging } = parseRequest(versionsQuery, query);
  const flow = findFlow(application, param("flowId"));
  const chosen = [...flow.versions.values()]
    .filter(({ version }) => globMatches(filter, version))
    .map((version) => versionView(application, flow, version));
  const page = cutPage(chosen, paging, { defaultSort: "version", maxPerPage });
  return { ...page, applicationId: application.id, flowId: flow.id, filter, filterField, _type: "flowVersions" };
}
