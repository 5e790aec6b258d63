/** What a plan file holds, from the events of a preview. Pure. */
import { SECRET } from "../../../provider/messages/redact.js";
import { changesIn, isEdgeDeployment } from "./engine-events.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import { UNKNOWN_VALUE } from "./engine-state.js";
import { flowKeyIn } from "./devices-in-state.js";
import type { ExpectedMove } from "./expected-moves.js";
import { byName } from "./health.js";
import { digestOf, withHash } from "../report/plan-file.js";
import type { PlanContents, PlanFile, PlannedInFile, PlannedMove } from "../report/plan-file.js";
import { redacted } from "../report/token-redactor.js";
import type { Redact } from "../report/token-redactor.js";
import type { PlannedResource } from "../report/resource-results.js";
import type { Plan } from "../report/results.js";
import { groupedMoves, movesOfStep } from "./planned.js";
import { redactionOfSecretInputs } from "./secret-inputs.js";
import type { SecretInputsRedaction } from "./secret-inputs.js";

export interface PlanHeader {
  readonly stack: string;
  readonly createdAt: string;
}

/** @param redact - takes tokens of the environment out of every text */
export function planFileOf(
  facts: EngineFacts,
  plan: Plan,
  header: PlanHeader,
  redact: Redact = (text) => text,
): PlanFile {
  // A stack may be called `prod` or `acme/plant/prod`: its URNs always say the same.
  const [, stack = header.stack, project = ""] =
    /^urn:pulumi:(.+?)::(.+?)::/.exec([...facts.steps.keys()][0] ?? "") ?? [];
  const planned = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const contents: PlanContents = {
    schema: "pulumi-losant/plan",
    version: 1,
    createdAt: header.createdAt,
    stack,
    project,
    resources: [...facts.steps.values()]
      .filter((step) => isEdgeDeployment(step) && step.op !== "read")
      .map((step) => inFile(step, facts, planned.get(step.urn)))
      .toSorted(byName),
    otherChanges: changesIn(facts)
      .filter((step) => !isEdgeDeployment(step))
      .map(({ urn, type, name, op, inputsDigest }) => ({ urn, type, name, op, inputs: inputsDigest }))
      .toSorted(byName),
  };
  return withHash(redacted(contents, redact));
}

function inFile(step: EngineStep, facts: EngineFacts, planned: PlannedResource | undefined): PlannedInFile {
  const redaction = redactionOfSecretInputs(step, facts);
  const {
    applicationId = "",
    flowId = "",
    version,
    deviceIds = [],
    hidden,
  } = step.new?.inputs ?? step.old?.inputs ?? NONE;
  const deviceIdsShown = deviceIds.map(redaction.device).toSorted();
  const how = hidden.get("version");
  const versionShown =
    how === undefined ? redaction.version(version ?? null) : how === "secret" ? SECRET : UNKNOWN_VALUE;
  const unknown = [...new Set([...(planned?.unknown ?? []), ...redaction.secret, ...unknownMoves(planned)])].toSorted();
  return {
    urn: step.urn,
    name: step.name,
    op: step.op,
    applicationId,
    flowId,
    ...(planned?.flowName === undefined ? {} : { flowName: planned.flowName }),
    version: versionShown,
    deviceIds: deviceIdsShown,
    settings: step.op === "delete" ? "" : digestOf(step.new?.inputs.settings ?? {}),
    moved: planned === undefined ? [] : movedInFile(step, facts, redaction),
    ...(planned?.calls === undefined ? {} : { calls: planned.calls }),
    ...(planned?.names === undefined ? {} : { names: { ...planned.names } }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

const NONE = {
  applicationId: "",
  flowId: "",
  version: null,
  deviceIds: [],
  hidden: new Map<string, "secret" | "unknown">(),
};

/** What leaves the workflow of before, as with a replacement, is told apart. */
function movedInFile(step: EngineStep, facts: EngineFacts, redaction: SecretInputsRedaction): PlannedMove[] {
  const own = flowKeyIn(step.new?.inputs ?? step.old?.outputs);
  const moves = movesOfStep(step, facts);
  const isElsewhere = ({ flow }: ExpectedMove): boolean => own !== undefined && flow !== own;
  const { applicationId, flowId } = step.old?.outputs ?? {};
  const elsewhere = redaction.moved(groupedMoves(moves.filter(isElsewhere))).map((group) => ({
    ...group,
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(flowId === undefined ? {} : { flowId }),
  }));
  return [...redaction.moved(groupedMoves(moves.filter((move) => !isElsewhere(move)))), ...elsewhere];
}

/** A device whose version before is not known. */
function unknownMoves(planned: PlannedResource | undefined): string[] {
  return planned?.moved.some(({ from }) => from === undefined) === true ? ["what runs now"] : [];
}
