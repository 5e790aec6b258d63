/** `/edge/deployments`: listing, one row, and the three writes. */
import type { Row } from "./entities.js";
import { NotFound } from "./errors.js";
import { cutPage } from "./paging.js";
import type { Asked, Route } from "./routes.js";
import { deploymentsQuery, noQuery, parseRequest } from "./schemas.js";
import type { ReplaceMatches } from "./simulator.js";
import { deploymentView } from "./views.js";
import type { ViewOptions } from "./views.js";
import type { World } from "./world.js";
import { release, remove, replace } from "./writes.js";
import type { Write } from "./writes.js";

export interface DeploymentOptions extends ViewOptions {
  readonly writeStatus: 201 | 202;
  readonly desiredDelayMs: number;
  readonly maxPerPage: number;
  readonly replaceMatches: ReplaceMatches;
}

export function deploymentRoutes(world: World, options: DeploymentOptions): Route[] {
  // Both came with API 1.30.1.
  const since1301 = options.writeStatus === 202;
  const write = (name: string, prepare: (write: Write) => () => void): Route => ({
    method: "POST",
    path: `/edge/deployments/${name}`,
    scope: `edgeDeployments.${name}`,
    status: options.writeStatus,
    answer: ({ application, by, body, query }) => {
      parseRequest(noQuery, query);
      const effect = prepare({ world, application, by, body });
      world.later.after(since1301 ? options.desiredDelayMs : 0, effect);
      return { success: true, _type: "success" };
    },
  });

  return [
    { method: "GET", path: "/edge/deployments", scope: "edgeDeployments.get", answer: (asked) => list(asked, options) },
    {
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
    write("release", (asked) => release(asked, since1301)),
    write("replace", (asked) => replace(asked, options.replaceMatches)),
    write("remove", remove),
  ];
}

/** The shape of the answer is that of the example in the API reference; the schema requires none of it. */
function list({ application, query }: Asked, options: DeploymentOptions): object {
  const { filterEmpty, flowId, deviceId, version, ...paging } = parseRequest(deploymentsQuery, query);
  const isWanted = (row: Row): boolean =>
    (flowId ?? row.flowId) === row.flowId &&
    (deviceId ?? row.deviceId) === row.deviceId &&
    // "matches against both current and desired": either side is enough (inferred).
    (version === undefined || row.desiredVersion === version || row.currentVersion === version) &&
    !(filterEmpty === "true" && row.desiredVersion === null && row.currentVersion === null);
  const rows = [...application.rows.values()].filter(isWanted);
  const { items, ...page } = cutPage(rows, paging, { defaultSort: "lastUpdated", maxPerPage: options.maxPerPage });
  return {
    items: items.map((row) => deploymentView(application, row, options)),
    ...page,
    applicationId: application.id,
    flowId,
    deviceId,
    version,
    _type: "edgeDeployments",
  };
}
