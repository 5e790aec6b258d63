/** The verbs of an EdgeDeployment: requests of the engine to the lifecycle, and what it answers back. */
import { hasUnknown, UNKNOWN_GUID } from "../resource/inputs.js";
import type { CheckFailure } from "../resource/input-failures.js";
import { parseId } from "../resource/id.js";
import { newId, savedOf, STATE_KEY } from "../resource/state.js";
import { redactorOf } from "../messages/redact.js";
import { parseInputs } from "../resource/checked-inputs.js";
import { NATIVE_EDGE_DEPLOYMENT_TYPE } from "../type-token.js";
import type { ReadAnswer, ResourceProps } from "../verbs.js";
import type { PluginContext } from "./context.js";
import { declaredBy } from "./declared.js";
import { differenceOf } from "./difference.js";
import type { Difference } from "./difference.js";
import { deadlineOf } from "./limits.js";
import type { TimedVerb } from "./limits.js";
import { showOutlook } from "./outlook.js";
import { lifecycleFor } from "./run.js";
import type { Verb } from "./run.js";
import type { Plain, Received } from "./wire.js";

/** What every verb is told. */
export interface Subject {
  readonly urn: string;
  readonly secret: ReadonlySet<string>;
  /** Of `customTimeouts`, in seconds; 0 without. */
  readonly timeout?: number;
}

export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly difference: Difference;
}

export function resourceNameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Without its organization, which no plugin is told. */
export function stackNameIn(urn: string): string {
  return urn.split("::").at(0)?.split(":").at(-1) ?? "";
}

/** @throws Error where the resource is of no type of this package */
function assertType(urn: string): void {
  const type = urn.split("::").at(2)?.split("$").at(-1);
  if (type !== NATIVE_EDGE_DEPLOYMENT_TYPE) {
    throw new Error(`there is no resource type ${type ?? urn}: there is ${NATIVE_EDGE_DEPLOYMENT_TYPE}`);
  }
}

export async function checkResource(
  context: PluginContext,
  urn: string,
  olds: Received,
  news: Received,
): Promise<{ inputs: Plain; failures: CheckFailure[]; secret: ReadonlySet<string> }> {
  assertType(urn);
  const declared = await declaredBy(news.values, news.secret, context.lookup("shared"));
  const { secret } = declared;
  const overlaps: string[] = [];
  const lifecycle = lifecycleFor(context, {
    ...verbOf(context, { urn, secret }),
    onOverlap: (message) => overlaps.push(message),
  });
  const { inputs, failures } = await lifecycle.check(olds.values, declared.inputs);
  const redact = (text: string): string =>
    redactorOf({ secret: [...secret] }, hasUnknown(inputs) ? [] : [parseInputs(inputs)]).text(text);
  const all = [
    ...failures,
    ...declared.failures.filter(({ reason }) => !failures.some((other) => other.reason === reason)),
    ...overlaps.map((reason) => ({ property: "deviceIds", reason: redact(reason) })),
  ];
  return { inputs, failures: all, secret };
}

export async function diffResource(
  context: PluginContext,
  subject: Subject & { readonly id: string; readonly ignoreChanges: readonly string[] },
  { olds, oldInputs, news }: { readonly olds: Plain; readonly oldInputs: Plain | undefined; readonly news: Plain },
): Promise<DiffAnswer> {
  assertType(subject.urn);
  const known = savedOf(olds)?.facts?.ignoresVersion === true;
  // A create is not told of ignoreChanges. It counts from the next update on, and is no reason for one.
  const ignoreChanges = known ? subject.ignoreChanges : [];
  const lifecycle = lifecycleFor(context, verbOf(context, { ...subject, ignoreChanges }, olds));
  const { changes, replaces } = await lifecycle.diff(subject.id, olds, news);
  const shown = differenceOf(oldInputs ?? declaredIn(olds, news), news);
  if (!changes) return { changes, replaces: [], difference: { paths: new Map(), names: [] } };
  // Pulumi takes a difference without a path for none: the devices are what has to be looked at.
  const difference: Difference =
    shown.paths.size > 0 ? shown : { paths: new Map([["deviceIds", "update"]]), names: ["deviceIds"] };
  return { changes, replaces, difference };
}

/** A state without inputs (of another front): its outputs say what was declared. */
function declaredIn(olds: Plain, news: Plain): Plain {
  return Object.fromEntries(Object.entries(olds).filter(([name]) => name in news));
}

function previewOutputs(inputs: Plain): Plain {
  const { deviceIds } = inputs;
  return {
    ...inputs,
    deviceCount: Array.isArray(deviceIds) && !hasUnknown(deviceIds) ? deviceIds.length : UNKNOWN_GUID,
    ...Object.fromEntries(["status", "pendingDeviceIds", "failures", "drift"].map((name) => [name, UNKNOWN_GUID])),
  };
}

/** @returns what is known of the outputs before anything is done */
export async function previewResource(
  context: PluginContext,
  subject: Subject & { readonly id?: string; readonly ignoreChanges?: readonly string[] },
  news: Plain,
  olds?: Plain,
): Promise<Plain> {
  assertType(subject.urn);
  await showOutlook(context, { verb: verbOf(context, subject, olds), id: subject.id, news, olds });
  return previewOutputs(news);
}

export async function createResource(
  context: PluginContext,
  subject: Subject,
  news: Plain,
): Promise<{ id: string; outs: ResourceProps }> {
  assertType(subject.urn);
  return lifecycleFor(context, verbOf(context, { ...subject, limit: "create" })).create(news);
}

export async function updateResource(
  context: PluginContext,
  subject: Subject & { readonly id: string; readonly ignoreChanges: readonly string[] },
  olds: Plain,
  news: Plain,
): Promise<{ outs: ResourceProps }> {
  assertType(subject.urn);
  const verb = verbOf(context, { ...subject, limit: "update" }, olds);
  return lifecycleFor(context, verb).update(subject.id, olds, news);
}

/**
 * @param isImport - the resource becomes a part of the stack by this read, under an id of its own
 */
export async function readResource(
  context: PluginContext,
  subject: Subject & { readonly id: string; readonly isImport: boolean },
  props: Plain,
): Promise<ReadAnswer> {
  assertType(subject.urn);
  // An import has the settings of the program.
  const explained = subject.isImport ? (error: unknown) => error : context.explained;
  const verb = verbOf(context, { ...subject, limit: "read" }, props);
  const answer = await lifecycleFor({ ...context, explained }, verb).read(subject.id, props);
  const identity = parseId(subject.id);
  if (!subject.isImport || identity.form === "resource" || answer.inputs === undefined) return answer;
  return { ...answer, id: newId(parseInputs(answer.inputs)) };
}

export async function deleteResource(
  context: PluginContext,
  subject: Subject & { readonly id: string },
  props: Plain,
): Promise<void> {
  assertType(subject.urn);
  const lifecycle = lifecycleFor(context, verbOf(context, { ...subject, limit: "delete" }, props));
  await lifecycle.delete(subject.id, props);
}

interface VerbRequest extends Subject {
  readonly ignoreChanges?: readonly string[];
  /** Its time bounds the verb. @default nothing does */
  readonly limit?: TimedVerb;
}

export function verbOf(
  { engine, timer }: PluginContext,
  { urn, secret, ignoreChanges = [], limit, timeout = 0 }: VerbRequest,
  olds: Plain = {},
): Verb {
  const facts = savedOf(olds)?.facts;
  return {
    urn,
    name: resourceNameIn(urn),
    secret,
    ignoreChanges: ignoreChanges.includes("*") ? ["version"] : ignoreChanges,
    retainOnDelete: facts?.retainOnDelete,
    log: engine.logFor(urn),
    deadline: limit === undefined ? undefined : deadlineOf(limit, timeout, timer),
  };
}

/** Outputs that say as much as the secret input does. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  deviceIds: ["pendingDeviceIds", "failures", "drift", STATE_KEY],
  version: ["failures", "drift", STATE_KEY],
};

/** The names of the outputs to be kept secret, where these inputs are. */
export function secretOutputs(secret: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...secret].flatMap((name) => [name, ...(TELLING[name] ?? [])]));
}
