/** What `getEdgeDeployments` and `getEdgeDeployment` do. */
import * as z from "zod";
import { isForbidden, isNotFound, isUnauthorized } from "../losant/errors.js";
import type { DeploymentQuery, EdgeDeploymentRow, LosantClient, LosantId } from "../losant/types.js";
import { toDeviceView } from "../resource/fleet.js";
import type { DeviceView } from "../resource/fleet.js";
import { isPending } from "../resource/live.js";
import { flag, losantId, name, object, oneOf, parseArguments, wholeNumber } from "./arguments.js";
import { applicationFor } from "./application.js";
import type { LookupContext } from "./context.js";
import type {
  DeploymentStatus,
  EdgeDeploymentInfo,
  GetEdgeDeploymentArgs,
  GetEdgeDeploymentsArgs,
  GetEdgeDeploymentsResult,
} from "./types.js";
import { UserError, withUserErrors } from "./user-error.js";

const sortFields = [
  "id",
  "deviceId",
  "flowId",
  "desiredVersion",
  "currentVersion",
  "creationDate",
  "lastUpdated",
] as const;

const listSchema = object({
  applicationId: z.string().optional(),
  deviceId: losantId("device").optional(),
  flowId: losantId("workflow").optional(),
  version: name("version").optional(),
  filterEmpty: flag.optional(),
  sortField: oneOf(...sortFields).optional(),
  sortDirection: oneOf("asc", "desc").optional(),
  page: wholeNumber(0).optional(),
  perPage: wholeNumber(1).optional(),
});

const oneSchema = object({ applicationId: z.string().optional(), id: losantId("deployment") });

export async function findEdgeDeployments(
  lookup: LookupContext,
  args: GetEdgeDeploymentsArgs,
): Promise<GetEdgeDeploymentsResult> {
  const what = "getEdgeDeployments";
  return withUserErrors(what, async () => {
    const {
      applicationId: given,
      page,
      perPage,
      sortField,
      sortDirection,
      ...filter
    } = parseArguments(what, listSchema, args);
    const applicationId = applicationFor(lookup.settings, what, given);
    const client = await lookup.client(applicationId);
    if (page === undefined && perPage === undefined) {
      const rows = await rowsOf(lookup, client, applicationId, filter);
      const sorted = inOrder(rows, sortField ?? "id", sortDirection ?? "asc");
      return { applicationId, deployments: sorted.map((row) => infoOf(applicationId, row)), totalCount: rows.length };
    }
    // Losant's own default, lastUpdated, moves rows from page to page while devices report.
    const query = { ...filter, page, perPage, sortField: sortField ?? "id", sortDirection } as const;
    const found = await lookup.once(["page", applicationId, query], () => client.listDeployments(applicationId, query));
    return {
      applicationId,
      deployments: found.items.map((row) => infoOf(applicationId, row)),
      totalCount: found.totalCount,
    };
  });
}

/** Every row, read once in a run: the preview's plan asks for the same listing. */
export function rowsOf(
  lookup: LookupContext,
  client: LosantClient,
  applicationId: LosantId,
  filter: Pick<DeploymentQuery, "deviceId" | "flowId" | "version" | "filterEmpty">,
): Promise<readonly EdgeDeploymentRow[]> {
  return lookup.once(["rows", applicationId, filter], () => client.listAllDeployments(applicationId, filter));
}

export async function findEdgeDeployment(
  lookup: LookupContext,
  args: GetEdgeDeploymentArgs,
): Promise<EdgeDeploymentInfo> {
  const what = "getEdgeDeployment";
  return withUserErrors(what, async () => {
    const { applicationId: given, id } = parseArguments(what, oneSchema, args);
    const applicationId = applicationFor(lookup.settings, what, given);
    const client = await lookup.client(applicationId);
    return lookup.once(["deployment", applicationId, id], async () => {
      const row = await client.getDeployment(applicationId, id).catch((error: unknown) => {
        if (isNotFound(error)) throw new UserError(`${what}: there is no edge deployment ${id}. ${error.message}`);
        if (!isForbidden(error) && !isUnauthorized(error)) throw error;
        throw new UserError(
          `${what}: ${error.message} An application token whose scopes were chosen one by one cannot be given ` +
            "`edgeDeployment.get`: call getEdgeDeployments({ deviceId, flowId }) instead, which needs `edgeDeployments.get`, " +
            "or use a token with `all.Application.read`.",
        );
      });
      return infoOf(applicationId, row);
    });
  });
}

function infoOf(applicationId: LosantId, row: EdgeDeploymentRow): EdgeDeploymentInfo {
  const view = toDeviceView(row);
  return {
    applicationId,
    ...row,
    status: statusOf(view),
    failure: view.failure,
    changedBy: view.changedBy,
    changedAt: view.changedAt,
  };
}

function statusOf(view: DeviceView): DeploymentStatus {
  if (view.desired === null && view.current === null) return "removed";
  if (view.failure !== undefined) return "failed";
  return isPending(view) ? "pending" : "deployed";
}

function inOrder(
  rows: readonly EdgeDeploymentRow[],
  field: (typeof sortFields)[number],
  direction: "asc" | "desc",
): EdgeDeploymentRow[] {
  const sign = direction === "asc" ? 1 : -1;
  return rows.toSorted((a, b) => sign * (compare(a[field] ?? "", b[field] ?? "") || compare(a.id, b.id)));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
