/** What `getEdgeWorkflow` does, and the versions of a workflow, which the preview's plan needs too. */
import * as z from "zod";
import { isNotFound } from "../losant/errors.js";
import type { Flow, FlowVersion, LosantClient, LosantId } from "../losant/types.js";
import { applicationFor } from "./application.js";
import { losantId, name as nameOf, object, parseArguments } from "./arguments.js";
import type { LookupContext } from "./context.js";
import { didYouMean } from "../text/suggestions.js";
import type { EdgeWorkflowVersion, GetEdgeWorkflowArgs, GetEdgeWorkflowResult } from "./types.js";
import { UserError, withUserErrors } from "./user-error.js";

const schema = object({
  applicationId: z.string().optional(),
  name: nameOf("workflow name").optional(),
  id: losantId("workflow").optional(),
  version: nameOf("version").optional(),
}).refine(({ name, id }) => (name === undefined) !== (id === undefined), {
  error: "give either the workflow's name or its id",
});

/** The working copy of a workflow, which Losant does not list among its versions. */
export const WORKING_COPY = "develop";

export async function findEdgeWorkflow(
  lookup: LookupContext,
  args: GetEdgeWorkflowArgs,
): Promise<GetEdgeWorkflowResult> {
  const what = "getEdgeWorkflow";
  return withUserErrors(what, async () => {
    const { applicationId: given, name, id, version } = parseArguments(what, schema, args);
    const applicationId = applicationFor(lookup.settings, what, given);
    const client = await lookup.client(applicationId);
    const flow =
      name === undefined
        ? await byId(lookup, client, applicationId, id ?? "")
        : await byName(lookup, client, applicationId, name);
    const versions = await versionsOf(lookup, client, applicationId, flow.id);
    const known = versions.map((entry) => entry.version);
    if (version !== undefined && version !== WORKING_COPY && !known.includes(version)) {
      throw new UserError(
        `${what}: workflow "${flow.name}" has no version "${version}": ${didYouMean(version, known)}`,
      );
    }
    return { applicationId, id: flow.id, name: flow.name, version, versions };
  });
}

/** Newest first. */
export function versionsOf(
  lookup: LookupContext,
  client: LosantClient,
  applicationId: LosantId,
  flowId: LosantId,
): Promise<EdgeWorkflowVersion[]> {
  return lookup.once(["versions", applicationId, flowId], async () => {
    const versions = await client.listFlowVersions(applicationId, flowId);
    return versions.toSorted(newestFirst).map(({ id, version, creationDate, minimumAgentVersion }) => ({
      id,
      version,
      creationDate,
      minimumAgentVersion: minimumAgentVersion ?? undefined,
    }));
  });
}

function newestFirst(a: FlowVersion, b: FlowVersion): number {
  return (b.creationDate ?? "").localeCompare(a.creationDate ?? "") || (a.version < b.version ? -1 : 1);
}

function byId(lookup: LookupContext, client: LosantClient, applicationId: LosantId, id: LosantId): Promise<Flow> {
  return lookup.once(["flow", applicationId, id], async () => {
    const flow = await client.getFlow(applicationId, id).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw new UserError(`getEdgeWorkflow: there is no workflow ${id} for this token. ${error.message}`);
    });
    if (flow.flowClass !== undefined && flow.flowClass !== "edge") {
      throw new UserError(
        `getEdgeWorkflow: workflow "${flow.name}" (${id}) is of class ${flow.flowClass}: only edge workflows are deployed to devices`,
      );
    }
    return { ...flow, id: flow.id.toLowerCase() };
  });
}

function byName(lookup: LookupContext, client: LosantClient, applicationId: LosantId, name: string): Promise<Flow> {
  return lookup.once(["flowByName", applicationId, name], async () => {
    // The API's filter is a glob, and whether upper and lower case differ is not documented.
    const listed = await client.listEdgeFlows(applicationId, /[*?[\]{}!()\\]/.test(name) ? undefined : name);
    const [flow, ...others] = listed.filter((candidate) => candidate.name === name);
    if (flow === undefined) {
      const all = await client.listEdgeFlows(applicationId);
      const names = all.map((candidate) => candidate.name);
      throw new UserError(
        `getEdgeWorkflow: no edge workflow of application ${applicationId} is named "${name}": ${didYouMean(name, names)}`,
      );
    }
    if (others.length === 0) return { ...flow, id: flow.id.toLowerCase() };
    const candidates = [flow, ...others].map(({ id }) => id).toSorted();
    throw new UserError(
      `getEdgeWorkflow: ${candidates.length} edge workflows of application ${applicationId} are named "${name}": ` +
        `give the id of one of them instead, ${candidates.join(" or ")}`,
    );
  });
}
