/**
 * What the plugin process loads: `pulumi-losant/provider`. Pulumi's dynamic provider keeps only a stub in the state
 * (`sdk/provider-stub.ts`), whose verbs call the functions below. So stacks of older releases run this code too.
 *
 * Wiring only: settings -> client -> lifecycle.
 */
import { endWithEngine, engineAddress, engineLog } from "./host/engine-log.js";
import { createFlowSession } from "./apply/flow-session.js";
import { createHandover } from "./apply/handover.js";
import { InitError } from "./apply/apply-resource.js";
import { createLifecycle } from "./lifecycle.js";
import type { Lifecycle } from "./verbs.js";
import type { ResourceProps } from "./verbs.js";
import { createLosantClient } from "./losant/index.js";
import { createFlowReader } from "./apply/flow-reader.js";
import type { Clock, Ports } from "./ports.js";
import { runOf } from "./host/run-pointer.js";
import { settingsFrom, tokenFor } from "./settings.js";
import type { Lookup, Settings } from "./settings.js";
import { newId } from "./resource/state.js";
import { shownOnce } from "./host/shown-once.js";
import { isInteractive } from "./host/terminal.js";

export type { Lifecycle, ResourceProps } from "./verbs.js";

const env: Lookup = (name) => process.env[name];

let settings: Settings = settingsFrom(() => undefined, env);

/**
 * Takes the stack's configuration. It works synchronously: the host caches the provider when it calls this, and calls the
 * first verb without waiting for it.
 */
export function configure(request: { readonly config: { get(key: string): string | undefined } }): void {
  settings = settingsFrom((key) => request.config.get(key), env);
  portsByToken.clear();
}

const log = engineLog();
endWithEngine(log);
const clock: Clock = { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
const portsByToken = new Map<string, Ports>();
/** Numbers the debug lines, so that the last one shows how many calls a command made. */
let calls = 0;

function portsFor(applicationId: string): Ports {
  if (settings.problems.length > 0) throw new Error(settings.problems.join("\n"));
  const token = tokenFor(settings, applicationId);
  if (typeof token !== "string") throw new Error(token.missing);
  const known = portsByToken.get(token);
  if (known) return known;
  const client = createLosantClient({
    apiUrl: settings.apiUrl,
    apiToken: token,
    onCall: ({ method, path, status, attempt }) => {
      calls += 1;
      const again = attempt > 1 ? `, attempt ${attempt}` : "";
      log.debug(`${method} ${path} ${status ?? "no answer"} (call ${calls} of the provider${again})`);
    },
  });
  const flows = createFlowReader(client);
  const isEngineAlive = (): Promise<boolean> => log.isEngineAlive();
  const rules = {
    allowFleetWideCalls: settings.replace === "exact",
    verifySeconds: settings.verifySeconds,
    // Without a terminal each report becomes a line of a log that stays.
    progressEveryMs: isInteractive() ? 1_000 : 10_000,
  };
  const session = createFlowSession({ client, flows, log, clock, rules, isEngineAlive });
  const ports: Ports = { session, flows, log, clock, rules, isEngineAlive };
  portsByToken.set(token, ports);
  return ports;
}

/** Used only when a delete comes before any resource of the program was checked. */
async function findRun(): Promise<string | undefined> {
  const engine = engineAddress(process.argv);
  return engine !== undefined && (await log.hasProgram()) ? runOf(engine) : undefined;
}

const lifecycle = createLifecycle({ settings: () => settings, portsFor, handover: createHandover({ findRun }), newId });

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
  return shownOnce(error);
}
