/**
 * What the plugin process loads: `pulumi-losant/provider`. Pulumi's dynamic provider keeps only a stub in the state
 * (`sdk/provider-stub.ts`), whose verbs call the functions below. So stacks of older releases run this code too.
 *
 * Wiring only: settings -> client -> lifecycle.
 */
import { endWithEngine, engineAddress, engineLog } from "./host/engine-log.js";
import { createInterruption, onCancelCall } from "./host/interruption.js";
import { createHandover } from "./apply/handover.js";
import { InitError } from "./apply/apply-resource.js";
import { createLifecycle } from "./lifecycle.js";
import { withSets } from "./set-lifecycle.js";
import type { Lifecycle } from "./verbs.js";
import type { ResourceProps } from "./verbs.js";
import { approvalFrom } from "./host/approval-file.js";
import { runOf } from "./host/run-pointer.js";
import { reportHeld } from "./messages/report.js";
import { settingsFrom } from "./settings.js";
import type { Lookup, Settings } from "./settings.js";
import { newId } from "./resource/state.js";
import { visibleLines } from "./text/visible-text.js";
import { shownOnce } from "./host/shown-once.js";
import { isInteractive } from "./host/terminal.js";
import { createPortsFor, systemClock } from "./apply/application-ports.js";
import { createInstructions } from "./apply/instructions.js";
import { newRunName, stackTagsOf } from "./host/stack-tags.js";
import { readFrom } from "./host/fact-reader.js";
import { factsIn } from "./resource/program-facts.js";

export type { Lifecycle, ResourceProps } from "./verbs.js";

const env: Lookup = (name) => process.env[name];

const log = engineLog();
endWithEngine(log);

const interruption = createInterruption();
onCancelCall(() => interruption.interrupt());

const engine = engineAddress(process.argv);
/** Without an engine there is no run that a person could tell anything. */
const instructions =
  engine === undefined
    ? undefined
    : createInstructions({
        tags: stackTagsOf(async () => stackOf(engine)),
        run: newRunName(),
        engine,
        log,
        interrupt: (reason) => interruption.interrupt(reason),
      });

/** @throws Error where no program of this package has run */
function stackOf(address: string): string {
  const run = runOf(address);
  const facts = run === undefined ? [] : factsIn(readFrom(run, 0).toString("utf8"));
  const stack = facts.find((fact) => fact.fact === "stack");
  if (stack === undefined) throw new Error("the program has not said its stack");
  return stack.name;
}
const approval = approvalFrom(env);
let isHeldReported = false;

let settings: Settings = settingsFrom(() => undefined, env);
let portsFor = portsWith(settings);

/**
 * Takes the stack's configuration. It works synchronously: the host caches the provider when it calls this, and calls the
 * first verb without waiting for it.
 */
export function configure(request: { readonly config: { get(key: string): string | undefined } }): void {
  settings = settingsFrom((key) => request.config.get(key), env);
  portsFor = portsWith(settings);
}

function portsWith(current: Settings): ReturnType<typeof createPortsFor> {
  const isEngineAlive = (): Promise<boolean> => log.isEngineAlive();
  return createPortsFor({
    settings: current,
    log,
    clock: systemClock,
    isEngineAlive,
    interruption,
    instructions,
    isInteractive: isInteractive(),
    approval,
  });
}

/** Used only when a delete comes before any resource of the program was checked. */
async function findRun(): Promise<string | undefined> {
  return engine !== undefined && (await log.hasProgram()) ? runOf(engine) : undefined;
}

const environment = {
  settings: () => settings,
  portsFor: (applicationId: string) => portsFor(applicationId),
  handover: createHandover({ findRun }),
  newId,
};
const lifecycle = withSets(createLifecycle(environment), environment);

export const check: Lifecycle["check"] = (olds, news) => withUserFacingErrors(() => lifecycle.check(olds, news));
export const diff: Lifecycle["diff"] = (id, olds, news) => withUserFacingErrors(() => lifecycle.diff(id, olds, news));
export const create: Lifecycle["create"] = (inputs) => withUserFacingErrors(() => lifecycle.create(inputs));
export const read: Lifecycle["read"] = (id, props: ResourceProps) =>
  withUserFacingErrors(() => lifecycle.read(id, props));
export const update: Lifecycle["update"] = (id, olds, news) =>
  withUserFacingErrors(() => lifecycle.update(id, olds, news));
const remove: Lifecycle["delete"] = (id, props) => withUserFacingErrors(() => lifecycle.delete(id, props));
export { remove as delete };

/** Delivers all messages before the verb ends, and throws errors that are sentences. */
async function withUserFacingErrors<T>(verb: () => Promise<T>): Promise<T> {
  if (!isHeldReported) reportHeld(log, "dynamic", approval);
  isHeldReported = true;
  try {
    return await verb();
  } catch (error) {
    throw presentable(error);
  } finally {
    await log.flush();
  }
}

/** `PULUMI_LOSANT_DEBUG=1` shows the error as it was thrown, with its stack. */
function presentable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InitError || process.env["PULUMI_LOSANT_DEBUG"]) return error;
  return shownOnce(new Error(visibleLines(error.message)));
}
