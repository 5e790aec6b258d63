/** The part of the matrix of faults that reads: data functions, and the plan in a preview. What they answer is true, or is an error. */
import { faultCatalogue, fleet, startSimulator } from "pulumi-losant/simulator";
import type { FaultEffect, FaultTarget, Simulator } from "pulumi-losant/simulator";
import { isDeepStrictEqual } from "node:util";
import type { LookupContext } from "../../provider/lookup/context.js";
import { findEdgeDeployments } from "../../provider/lookup/deployments.js";
import { findDevices } from "../../provider/lookup/devices.js";
import { createPlanReads } from "../../provider/lookup/plan-reads.js";
import { findEdgeWorkflow } from "../../provider/lookup/workflow.js";
import { createLosantClient } from "../../provider/losant/index.js";
import type { Cell, CellOutcome } from "./fault-cells.js";
import { lookupContext } from "./lookup-context.js";
import { IMPATIENT_MS, MOST_REQUESTS } from "./fault-limits.js";

const seed = fleet({ devices: 5, flows: 3, versions: ["v1", "v2", "v3"], running: () => "v1" });
const [application] = seed.applications;
const [token] = seed.tokens;
const [flow] = application?.flows ?? [];
const ids = (application?.devices ?? []).map(({ id }) => id);
const applicationId = application?.id ?? "";
const flowId = flow?.id ?? "";

const DEVICES = { operation: "listDevices" } as const;
const FLOWS = { operation: "listFlows" } as const;
const VERSIONS = { operation: "listFlowVersions" } as const;
const LISTING = { operation: "listDeployments" } as const;
const pages = (name: string, target: FaultTarget): Record<string, FaultTarget> => ({
  [`${name}, first page`]: { ...target, page: 0 },
  [`${name}, second page`]: { ...target, page: 1 },
});

interface Reader {
  readonly calls: Readonly<Record<string, FaultTarget>>;
  readonly read: (lookup: LookupContext, said: string[]) => Promise<unknown>;
}

/** Reads what the plan of a preview reads for a resource that bumps all devices. A thing left out is said, and is undefined. */
async function plan(lookup: LookupContext, said: string[]): Promise<unknown> {
  const say = (message: string): void => void said.push(message);
  const reads = createPlanReads({ lookup, log: { debug: say, info: say, warn: say } });
  const inputs = { applicationId, flowId, version: "v2", deviceIds: ids };
  const moves = ids.map((deviceId) => ({ deviceId, from: "v1", to: "v2" }));
  const found = await reads.fleet({ applicationId, flowId });
  const version = await reads.version(inputs, moves, '"flow-0"');
  const devices = await reads.devices(inputs, moves);
  await reads.flow({ applicationId, flowId });
  return { fleet: found && [...found], version, devices: devices && [...devices] };
}

const READERS: Readonly<Record<string, Reader>> = {
  getDevices: {
    calls: pages("devices", DEVICES),
    read: (lookup) => findDevices(lookup, "getDevices", { name: "device-*" }),
  },
  getEdgeWorkflow: {
    calls: { ...pages("workflows", FLOWS), ...pages("versions", VERSIONS) },
    read: (lookup) => findEdgeWorkflow(lookup, { name: "flow-0", version: "v2" }),
  },
  getEdgeDeployments: {
    calls: pages("deployments", LISTING),
    read: (lookup) => findEdgeDeployments(lookup, { flowId }),
  },
  "plan in a preview": {
    calls: {
      ...pages("deployments", LISTING),
      version: { operation: "getFlowVersion" },
      workflow: { operation: "getFlow" },
      ...pages("devices", DEVICES),
    },
    read: plan,
  },
};

export function everyLookupCell(): Cell[] {
  return Object.entries(READERS).flatMap(([verb, { calls }]) =>
    Object.keys(calls).flatMap((call) =>
      Object.keys(faultCatalogue()).flatMap((fault) =>
        (["once", "for ever"] as const).map((times): Cell => ({ verb, call, fault, times })),
      ),
    ),
  );
}

export async function playLookupCell(cell: Cell): Promise<CellOutcome> {
  const reader = READERS[cell.verb];
  const target = reader?.calls[cell.call];
  if (reader === undefined || target === undefined) throw new Error(`no such cell: ${JSON.stringify(cell)}`);
  const simulator = await startSimulator({ seed, reportDelayMs: 0, maxPerPage: 2 });
  try {
    const right = await reader.read(lookupAt(simulator, 30_000), []);
    simulator.clearCalls();
    const effect = faultCatalogue({ otherUrl: simulator.url, hugeBytes: 3 * 2 ** 20 })[cell.fault] as FaultEffect;
    const noWait = cell.fault === "429 with seconds" || cell.fault === "429 with a date" ? { retryAfter: 0 } : {};
    simulator.fault({ ...target, ...effect, ...noWait, times: cell.times === "once" ? 1 : Infinity });
    const said: string[] = [];
    let answer: unknown;
    let message = "";
    try {
      answer = await reader.read(lookupAt(simulator, IMPATIENT_MS), said);
    } catch (error) {
      message = (error as Error).message;
    }
    const end = message !== "" ? "error" : isDeepStrictEqual(answer, right) ? "done" : "partial";
    const shown = [message, ...said, JSON.stringify(answer ?? null)].join("\n");
    const requests = simulator.calls.length;
    const rules: [boolean, string][] = [
      [simulator.calls.every(({ method }) => method === "GET"), "a look-up wrote"],
      [requests <= MOST_REQUESTS, `${requests} requests`],
      [!shown.includes(token?.token ?? ""), "the token is shown"],
      [message.length < 3_000 && !/\n\s+at /.test(message), "the error is no sentence"],
      [end !== "partial" || (said.length > 0 && isLeftOut(answer, right)), "a wrong answer"],
    ];
    const violations = rules.flatMap(([holds, rule]) => (holds ? [] : [rule]));
    return { cell, end, requests, waitedSeconds: 0, violations };
  } finally {
    await simulator.close();
  }
}

/** Each part is the right one, or is left out. */
function isLeftOut(answer: unknown, right: unknown): boolean {
  const of = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;
  return Object.entries(of(right)).every(
    ([part, value]) => of(answer)[part] === undefined || isDeepStrictEqual(of(answer)[part], value),
  );
}

function lookupAt(simulator: Simulator, timeoutMs: number): LookupContext {
  const client = createLosantClient({
    apiUrl: simulator.url,
    apiToken: token?.token ?? "",
    timeoutMs,
    totalTimeoutMs: timeoutMs * 20,
    retryDelayMs: 1,
    maxAttempts: 3,
    maxAnswerBytes: 2 ** 20,
  });
  return lookupContext(client, applicationId);
}
