/** The Losant API in the words of this project: see `LosantClient` for what each method promises. */
import { LosantNotFoundError } from "./errors.js";
import { createSend } from "./http.js";
import type { Send } from "./http.js";
import { operations } from "./operations.js";
import { readAllPages, readPagesUpTo } from "./paging.js";
import type { PageReader } from "./paging.js";
import { checkedId, checkedVersionName, toReleaseBody, toRemoveBody, toReplaceBody } from "./requests.js";
import {
  applicationToken,
  deploymentRow,
  device,
  flow,
  flowVersion,
  organization,
  pageSchemaOf,
  taken,
} from "./schemas.js";
import type {
  ClientOptions,
  DeploymentFilter,
  DeploymentQuery,
  EdgeDeploymentRow,
  FlowVersion,
  LosantClient,
  LosantId,
  ReleaseRequest,
  RemoveRequest,
  ReplaceRequest,
} from "./types.js";
import { errorsPageOf, readErrorsSince } from "./version-errors.js";
import { readRunsSince, runsAnswerOf } from "./version-runs.js";

/** Sorting by id keeps rows on their page while devices report. */
const stableOrder = { sortField: "id", sortDirection: "asc" } as const;

/**
 * A client for one token. It holds connections but no state, may be used in parallel, and needs no closing.
 *
 * @throws LosantUsageError if the token is missing or malformed, or the address is not allowed (`checkApiUrl`).
 */
export function createLosantClient(options: ClientOptions): LosantClient {
  return clientOver(createSend(options), options);
}

function clientOver(send: Send, options: ClientOptions): LosantClient {
  const perPage = options.perPage ?? 1000;
  const usualTime = { firstPageMs: options.totalTimeoutMs ?? 120_000 };
  const listed = <T extends { id: string }>(what: string, read: PageReader<T>["read"]) =>
    readAllPages<T>({ what, read, perPage, time: usualTime, idOf: (item) => item.id });
  const readDeployments = (applicationId: LosantId, query: DeploymentQuery, withinMs?: number) => {
    const { sortField, sortDirection, page, perPage, deviceId, flowId, version, filterEmpty } = query;
    return send({
      operation: operations.listDeployments,
      path: deploymentsPath(applicationId),
      query: { sortField, sortDirection, page, perPage, deviceId, flowId, version, filterEmpty },
      answer: pageSchemaOf(deploymentRow({ deviceId, flowId })),
      withinMs,
    });
  };
  const deployments = <T>(
    applicationId: LosantId,
    filter: DeploymentFilter,
    toItem: (row: EdgeDeploymentRow) => T,
    { perPage: size = perPage, withinMs }: { readonly perPage?: number; readonly withinMs?: number },
  ): PageReader<Kept<T>> => {
    const subjectOf = ({ flowId, deviceId }: EdgeDeploymentRow): string =>
      (filter.flowId === undefined ? `${flowId}/${deviceId}` : deviceId).toLowerCase();
    return {
      what: operations.listDeployments.what,
      read: async (page, perPage, leftMs) => {
        const query = { ...filter, ...stableOrder, page, perPage };
        const { items, ...rest } = await readDeployments(applicationId, query, leftMs);
        return { ...rest, items: items.map((row) => ({ id: row.id, subject: subjectOf(row), item: toItem(row) })) };
      },
      idOf: ({ id }) => id,
      subjectOf: ({ subject }) => subject,
      perPage: size,
      time: withinMs === undefined ? usualTime : { leastMs: withinMs },
    };
  };

  const client: LosantClient = {
    until: (signal) => clientOver((call) => send({ ...call, signal }), options),

    async listDeployments(applicationId, query) {
      return readDeployments(applicationId, query);
    },

    async listAllDeployments(applicationId, filter, withinMs) {
      return client.mapDeployments(applicationId, filter, (row) => row, withinMs);
    },

    async mapDeployments(applicationId, filter, toItem, withinMs) {
      return itemsOf(await readAllPages(deployments(applicationId, filter, toItem, { withinMs })));
    },

    async listDeploymentsUpTo(applicationId, filter, maxRows, withinMs) {
      // Where there are more, the first page is read for its total alone: it need not hold many more rows than wanted. One
      // more, so that a page with all of them is not full, and no second one has to be read.
      const size = Math.min(perPage, maxRows + 1);
      const reader = deployments(applicationId, filter, (row) => row, { perPage: size, withinMs });
      const rows = await readPagesUpTo(reader, maxRows);
      return rows && itemsOf(rows);
    },

    async getDeployment(applicationId, deploymentId) {
      return send({
        operation: operations.getDeployment,
        path: [...deploymentsPath(applicationId), checkedId(deploymentId, "deploymentId")],
        answer: deploymentRow(),
      });
    },

    async release(applicationId: LosantId, request: ReleaseRequest) {
      const path = [...deploymentsPath(applicationId), "release"];
      await send({ operation: operations.release, path, body: toReleaseBody(request), answer: taken });
    },

    async replace(applicationId: LosantId, request: ReplaceRequest) {
      const path = [...deploymentsPath(applicationId), "replace"];
      await send({ operation: operations.replace, path, body: toReplaceBody(request), answer: taken });
    },

    async remove(applicationId: LosantId, request: RemoveRequest) {
      const path = [...deploymentsPath(applicationId), "remove"];
      await send({ operation: operations.remove, path, body: toRemoveBody(request), answer: taken });
    },

    async listDevices(applicationId, query) {
      const path = [...applicationPath(applicationId), "devices"];
      return listed(operations.listDevices.what, (page, perPage, withinMs) =>
        send({
          withinMs,
          operation: operations.listDevices,
          path,
          query: { ...stableOrder, page, perPage, query: JSON.stringify(query) },
          answer: pageSchemaOf(device),
        }),
      );
    },

    async listEdgeFlows(applicationId, filter) {
      const path = [...applicationPath(applicationId), "flows"];
      const filters = filter === undefined ? {} : { filterField: "name", filter };
      return listed(operations.listFlows.what, (page, perPage, withinMs) =>
        send({
          withinMs,
          operation: operations.listFlows,
          path,
          // Without a class Losant lists cloud workflows.
          query: { flowClass: "edge", ...filters, ...stableOrder, page, perPage },
          answer: pageSchemaOf(flow),
        }),
      );
    },

    async getFlow(applicationId, flowId) {
      return send({ operation: operations.getFlow, path: flowPath(applicationId, flowId), answer: flow });
    },

    async listFlowVersions(applicationId, flowId) {
      const path = [...flowPath(applicationId, flowId), "versions"];
      return listed(operations.listFlowVersions.what, (page, perPage, withinMs) =>
        send({
          withinMs,
          operation: operations.listFlowVersions,
          path,
          query: { ...stableOrder, page, perPage },
          answer: pageSchemaOf(flowVersion),
        }),
      );
    },

    async getFlowVersion(applicationId, flowId, version) {
      // The mutable working copy is the workflow itself, it is no entry among its versions.
      if (version === "develop") {
        const { id, minimumAgentVersion } = await client.getFlow(applicationId, flowId);
        return { id, flowId: id, version, minimumAgentVersion };
      }
      const path = [...flowPath(applicationId, flowId), "versions", checkedVersionName(version)];
      const found = await send({ operation: operations.getFlowVersion, path, answer: flowVersion });
      if (found.version === version) return found;
      // The path takes an id or a name: a name that looks like an id can lead to another version.
      return byName(await client.listFlowVersions(applicationId, flowId), version, path);
    },

    async countVersionRuns(applicationId, flowId, version, asked) {
      const path = [...flowPath(applicationId, flowId), "versions", checkedVersionName(version), "stats"];
      const answer = runsAnswerOf(version, asked);
      return readRunsSince(asked, Date.now(), ({ duration, resolution, deviceId }) =>
        send({ operation: operations.countVersionRuns, path, query: { duration, resolution, deviceId }, answer }),
      );
    },

    async listVersionErrors(applicationId, flowId, version, since) {
      const path = [...flowPath(applicationId, flowId), "versions", checkedVersionName(version), "errors"];
      const answer = errorsPageOf(version);
      return readErrorsSince(since, Date.now(), ({ duration, end, limit, sortDirection }) =>
        send({
          operation: operations.listVersionErrors,
          path,
          query: { duration, end, limit, sortDirection },
          answer,
        }),
      );
    },

    async listApplicationTokens(applicationId, withinMs) {
      const { items } = await send({
        withinMs,
        operation: operations.listApplicationTokens,
        path: [...applicationPath(applicationId), "tokens"],
        query: { ...stableOrder, perPage },
        answer: pageSchemaOf(applicationToken),
      });
      return items;
    },

    async listMembers(withinMs) {
      const { items } = await send({
        withinMs,
        operation: operations.listOrganizations,
        path: ["orgs"],
        query: { ...stableOrder, perPage },
        answer: pageSchemaOf(organization),
      });
      return items.flatMap(({ members }) => members);
    },
  };
  return client;
}

/** What is kept of a row while the other pages are read. */
interface Kept<T> {
  readonly id: string;
  readonly subject: string;
  readonly item: T;
}

function itemsOf<T>(kept: readonly Kept<T>[]): readonly T[] {
  return kept.map(({ item }) => item);
}

function applicationPath(applicationId: LosantId): string[] {
  return ["applications", checkedId(applicationId, "applicationId")];
}

function deploymentsPath(applicationId: LosantId): string[] {
  return [...applicationPath(applicationId), "edge", "deployments"];
}

function flowPath(applicationId: LosantId, flowId: LosantId): string[] {
  return [...applicationPath(applicationId), "flows", checkedId(flowId, "flowId")];
}

function byName(versions: readonly FlowVersion[], name: string, path: readonly string[]): FlowVersion {
  const found = versions.find(({ version }) => version === name);
  if (found !== undefined) return found;
  throw new LosantNotFoundError(
    `${operations.getFlowVersion.what}: GET /${path.map(encodeURIComponent).join("/")} answered another version, ` +
      `whose id is "${name}", and no version has that name. Look at version and flowId.`,
    { method: "GET", path: `/${path.map(encodeURIComponent).join("/")}` },
  );
}
