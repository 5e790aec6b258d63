/** What `getEdgeWorkflow` does, and the versions of a workflow for whoever else needs them. */
import * as z from "zod";
import { isNotFound } from "../../provider/losant/errors.js";
import type { Flow, FlowVersion, LosantClient, LosantId } from "../../provider/losant/types.js";
import { withUserErrors, losantId, name as nameOf, object, parseArguments } from "./arguments.js";
import type { GetEdgeWorkflowResult } from "../args.js";
import type { EdgeWorkflowVersion } from "../args.js";
import type { GetEdgeWorkflowArgs } from "../args.js";
import { didYouMean } from "./suggestions.js";
import { applicationFor } from "../program/settings.js";
import type { Program } from "../program/program.js";
import { userError } from "../program/user-error.js";

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

export async function findEdgeWorkflow(program: Program, args: GetEdgeWorkflowArgs): Promise<GetEdgeWorkflowResult> {
  const what = "getEdgeWorkflow";
  return withUserErrors(what, async () => {
    const { applicationId: given, name, id, version } = parseArguments(what, schema, args);
    const applicationId = applicationFor(program.settings, what, given);
    const client = await program.client(applicationId);
    const flow =
      name === undefined
        ? await byId(program, client, applicationId, id ?? "")
        : await byName(program, client, applicationId, name);
    const versions = await versionsOf(program, client, applicationId, flow.id);
    const known = versions.map((entry) => entry.version);
    if (version !== undefined && version !== WORKING_COPY && !known.includes(version)) {
      throw userError(`${what}: workflow "${flow.name}" has no version "${version}": ${didYouMean(version, known)}`);
    }
    return { applicationId, id: flow.id, name: flow.name, version, versions };
  });
}

/** Newest first. */
export function versionsOf(
  program: Program,
  client: LosantClient,
  applicationId: LosantId,
  flowId: LosantId,
): Promise<EdgeWorkflowVersion[]> {
  return program.once(["versions", applicationId, flowId], async () => {
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

function byId(program: Program, client: LosantClient, applicationId: LosantId, id: LosantId): Promise<Flow> {
  return program.once(["flow", applicationId, id], async () => {
    const flow = await client.getFlow(applicationId, id).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw userError(`getEdgeWorkflow: there is no workflow ${id} for this token. ${error.message}`);
    });
    if (flow.flowClass !== undefined && flow.flowClass !== "edge") {
      throw userError(
        `getEdgeWorkflow: workflow "${flow.name}" (${id}) is of class ${flow.flowClass}: only edge workflows are deployed to devices`,
      );
    }
    return { ...flow, id: flow.id.toLowerCase() };
  });
}

function byName(program: Program, client: LosantClient, applicationId: LosantId, name: string): Promise<Flow> {
  return program.once(["flowByName", applicationId, name], async () => {
    // The API's filter is a glob, and says nothing of upper and lower case.
    const listed = await client.listEdgeFlows(applicationId, /[*?[\]{}!()\\]/.test(name) ? undefined : name);
    const [flow, ...others] = listed.filter((candidate) => candidate.name === name);
    if (flow === undefined) {
      const all = await client.listEdgeFlows(applicationId);
      const names = all.map((candidate) => candidate.name);
      throw userError(
        `getEdgeWorkflow: no edge workflow of application ${applicationId} is named "${name}": ${didYouMean(name, names)}`,
      );
    }
    if (others.length === 0) return { ...flow, id: flow.id.toLowerCase() };
    const candidates = [flow, ...others].map(({ id }) => id).toSorted();
    throw userError(
      `getEdgeWorkflow: ${candidates.length} edge workflows of application ${applicationId} are named "${name}": ` +
        `give the id of one of them instead, ${candidates.join(" or ")}`,
    );
  });
}
