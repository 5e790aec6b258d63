/** The matrix of faults: which call of which verb of which front meets which fault, and what has to hold then. */
import { fleet, startSimulator } from "pulumi-losant/simulator";
import { faultCatalogue } from "pulumi-losant/simulator";
import type { Fault, FaultEffect, FaultTarget, Simulator } from "pulumi-losant/simulator";
import { InitError } from "../../provider/apply/apply-resource.js";
import type { Lifecycle, ResourceProps } from "../../provider/verbs.js";
import { IMPATIENT_MS, MOST_REQUESTS, MOST_SECONDS } from "./fault-limits.js";
import { FRONTS, frontOn } from "./fronts.js";
import type { Front } from "./fronts.js";

export interface Cell {
  /** Undefined for a reader of `lookup-cells.ts`: both fronts have the same. */
  readonly front?: Front;
  /** What meets a fault: a verb here, a reader in `lookup-cells.ts`. */
  readonly verb: string;
  readonly call: string;
  readonly fault: string;
  readonly times: "once" | "for ever";
}

/** What came of a cell. */
export interface CellOutcome {
  readonly cell: Cell;
  /** How the verb ended. */
  readonly end: "done" | "error" | "partial";
  readonly requests: number;
  /** Time that the verb let pass between its calls, in seconds. */
  readonly waitedSeconds: number;
  /** Each a rule that does not hold; none: all is well. */
  readonly violations: readonly string[];
}

/** Calls of a verb that a fault may hit. */
const CALLS: Readonly<Record<string, FaultTarget>> = {
  "list, first page": { operation: "listDeployments", page: 0 },
  "list, second page": { operation: "listDeployments", page: 1 },
  "list after the write": { operation: "listDeployments", page: 0, skip: 1 },
  release: { operation: "release" },
  "release, second part": { operation: "release", skip: 1 },
  replace: { operation: "replace" },
  remove: { operation: "remove" },
};

interface Verb {
  readonly calls: readonly (keyof typeof CALLS)[];
  /** Versions before the verb, by position; the last device is foreign. */
  readonly before: string | null;
  readonly foreign: string | null;
  readonly wanted: string | null;
  readonly rollout?: object;
}

const LISTS = ["list, first page", "list, second page"] as const;
const VERBS = {
  create: { calls: [...LISTS, "list after the write", "release"], before: null, foreign: "v9", wanted: "v1" },
  update: { calls: [...LISTS, "list after the write", "replace"], before: "v1", foreign: "v9", wanted: "v2" },
  "update by name": { calls: ["release", "list after the write"], before: "v1", foreign: "v1", wanted: "v2" },
  read: { calls: LISTS, before: "v1", foreign: "v9", wanted: "v1" },
  delete: { calls: [...LISTS, "list after the write", "replace"], before: "v1", foreign: "v9", wanted: null },
  "delete of a whole flow": { calls: ["remove"], before: "v1", foreign: null, wanted: null },
  rollout: {
    calls: [...LISTS, "list after the write", "release", "release, second part"],
    before: "v1",
    foreign: "v1",
    wanted: "v2",
    rollout: { batches: [1, "100%"], timeoutSeconds: 60 },
  },
} as const satisfies Record<string, Verb>;

const OURS = 3;
export const MAX_ATTEMPTS = 3;

/** Faults of the connection: Losant is not reached at all. */
const UNREACHED: Readonly<Record<string, (url: string) => string>> = {
  refused: () => "http://127.0.0.1:9",
  DNS: () => "https://losant.invalid",
  // The simulator speaks plain HTTP.
  TLS: (url) => url.replace("http:", "https:"),
};
const EVERY_CALL = "every call";

/** All of one front, then the same of the other. */
export function everyCell(): Cell[] {
  return FRONTS.flatMap((front) => cellsOf().map((cell): Cell => ({ front, ...cell })));
}

function cellsOf(): Cell[] {
  const faults = Object.keys(faultCatalogue());
  const unreached = Object.keys(VERBS).flatMap((verb) =>
    Object.keys(UNREACHED).map((fault): Cell => ({
      verb,
      call: EVERY_CALL,
      fault,
      times: "for ever",
    })),
  );
  const hit = Object.entries(VERBS).flatMap(([verb, { calls }]) =>
    calls.flatMap((call) =>
      faults.flatMap((fault) => (["once", "for ever"] as const).map((times): Cell => ({ verb, call, fault, times }))),
    ),
  );
  return [...unreached, ...hit];
}

export async function playCell(cell: Cell): Promise<CellOutcome> {
  const verb: Verb | undefined = (VERBS as Readonly<Record<string, Verb>>)[cell.verb];
  if (verb === undefined) throw new Error(`no such verb: ${cell.verb}`);
  const seed = fleet({ devices: OURS + 1, flows: 1 });
  const [application] = seed.applications;
  const [token] = seed.tokens;
  const [flow] = application?.flows ?? [];
  if (!application || !token || !flow) throw new Error("the seed is empty");
  await using losant = disposable(await startSimulator({ seed, reportDelayMs: 0, maxPerPage: 2 }));
  const { simulator } = losant;
  const ids = application.devices.map(({ id }) => id);
  const [ours, foreign = ""] = [ids.slice(0, OURS), ids[OURS]];
  const desired = (id: string): string | null =>
    simulator.rows(application.id, flow.id).find((row) => row.deviceId === id)?.desiredVersion ?? null;
  const put = (id: string, version: string | null): void =>
    simulator.change({
      applicationId: application.id,
      flowId: flow.id,
      deviceId: id,
      version,
      by: { sourceType: "user", sourceId: "b".repeat(24) },
    });

  let waitedMs = 0;
  // Only the verb that meets the fault is impatient: elsewhere a loaded machine must not look like a fault.
  const plugin = (url = simulator.url, timeoutMs = 30_000): Lifecycle =>
    frontOn(cell.front ?? "dynamic", {
      simulator,
      apiUrl: url,
      apiToken: token.token,
      onSleep: (ms) => (waitedMs += ms),
      timeoutMs,
      maxAttempts: MAX_ATTEMPTS,
    });
  const inputs = (version: string | null): ResourceProps => ({
    applicationId: application.id,
    flowId: flow.id,
    version,
    deviceIds: ours.toSorted(),
    ...(verb.rollout === undefined ? {} : { rollout: verb.rollout }),
  });
  const violations: string[] = [];
  const must = (holds: boolean, rule: string): void => {
    if (!holds) violations.push(rule);
  };

  let state: { id: string; outs: ResourceProps } | undefined;
  if (verb.before !== null) {
    state = await act(plugin(), "create", undefined, { ...inputs(verb.before), rollout: undefined });
    simulator.settle();
  }
  if (verb.foreign !== null) put(foreign, verb.foreign);
  simulator.clearCalls();
  waitedMs = 0;
  const unreached = UNREACHED[cell.fault]?.(simulator.url);
  if (unreached === undefined) simulator.fault(faultOf(cell, simulator.url));

  const before = ours.map(desired);
  let end: CellOutcome["end"] = "done";
  let message = "";
  try {
    state = await act(plugin(unreached, IMPATIENT_MS), cell.verb, state, inputs(verb.wanted));
  } catch (error) {
    message = error instanceof InitError ? error.reasons.join("\n") : (error as Error).message;
    if (error instanceof InitError) {
      end = "partial";
      state = { id: error.id, outs: error.properties };
    } else {
      end = "error";
      const moved = ours.filter((id, index) => desired(id) !== before[index]);
      must(
        moved.length === 0 || cell.verb.startsWith("delete"),
        `an error that keeps the old state, and ${moved.length} moved`,
      );
    }
  }
  const requests = simulator.calls.length;
  const waitedSeconds = Math.round(waitedMs / 1000);
  simulator.clearFaults();

  must(desired(foreign) === verb.foreign, `the foreign device went to ${desired(foreign)}`);
  must(requests <= MOST_REQUESTS, `${requests} requests`);
  must(waitedSeconds <= MOST_SECONDS, `${waitedSeconds} s`);
  must(!message.includes(token.token) && !JSON.stringify(state ?? {}).includes(token.token), "the token is shown");
  must(message.length < 3_000 && !/\n\s+at /.test(message), "the error is no sentence");
  must(end === "done" || message !== "", "the error says nothing");
  if (end === "done" && cell.verb !== "read") {
    must(
      ours.every((id) => desired(id) === verb.wanted),
      "done, and not all devices are where they should be",
    );
  }
  if (state !== undefined && end !== "error") {
    violations.push(...untruths(state.outs, (id) => desired(id), ours));
  }

  // What the next `up` does: a refresh, and then what the program says.
  try {
    simulator.settle();
    const next = plugin();
    const found = state === undefined ? undefined : await next.read(state.id, state.outs);
    const known = found?.id === undefined ? undefined : { id: found.id, outs: found.props ?? {} };
    if (cell.verb === "read") must(known !== undefined, "the refresh forgot the resource");
    if (verb.wanted !== null) await act(next, known === undefined ? "create" : "update", known, inputs(verb.wanted));
    else if (known !== undefined) await next.delete(known.id, known.outs);
    must(
      ours.every((id) => desired(id) === verb.wanted),
      "the next up does not converge",
    );
    must(desired(foreign) === verb.foreign, "the next up moved the foreign device");
  } catch (error) {
    violations.push(`the next up fails: ${(error as Error).message}`);
  }
  return { cell, end, requests, waitedSeconds, violations };
}

async function act(
  plugin: Lifecycle,
  verb: string,
  state: { id: string; outs: ResourceProps } | undefined,
  inputs: ResourceProps,
): Promise<{ id: string; outs: ResourceProps } | undefined> {
  if (state === undefined) return plugin.create(await checked(plugin, {}, inputs));
  if (verb === "read") {
    const found = await plugin.read(state.id, state.outs);
    return found.id === undefined ? undefined : { id: found.id, outs: found.props ?? {} };
  }
  if (verb.startsWith("delete")) {
    await plugin.delete(state.id, state.outs);
    return undefined;
  }
  const news = await checked(plugin, state.outs, inputs);
  return { id: state.id, ...(await plugin.update(state.id, state.outs, news)) };
}

async function checked(plugin: Lifecycle, olds: ResourceProps, news: ResourceProps): Promise<ResourceProps> {
  const { inputs, failures } = await plugin.check(olds, news);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  return inputs;
}

/** A state says of each of its devices what is live, or that it does not know. */
export function untruths(
  outs: ResourceProps,
  desired: (id: string) => string | null,
  ours: readonly string[],
): string[] {
  if (outs["status"] === "unknown") return [];
  const drift = new Map(
    (outs["drift"] as { deviceId: string; desiredVersion: string | null }[]).map((entry) => [entry.deviceId, entry]),
  );
  return ours.flatMap((id) => {
    const shown = drift.has(id) ? drift.get(id)?.desiredVersion : outs["version"];
    return shown === desired(id) ? [] : [`the state shows a device at ${String(shown)}, and it is at ${desired(id)}`];
  });
}

function faultOf({ call, fault, times }: Cell, url: string): Fault {
  // Nothing is asked for more than a second here, and nothing is larger than the limit of the client.
  const effect = faultCatalogue({ otherUrl: url, hugeBytes: 3 * 2 ** 20 })[fault] as FaultEffect;
  // Read by the client, which waits in real time.
  const noWait = fault === "429 with seconds" || fault === "429 with a date" ? { retryAfter: 0 } : {};
  return { ...CALLS[call], ...effect, ...noWait, times: times === "once" ? 1 : Infinity };
}

function disposable(simulator: Simulator): { simulator: Simulator } & AsyncDisposable {
  return { simulator, [Symbol.asyncDispose]: () => simulator.close() };
}
