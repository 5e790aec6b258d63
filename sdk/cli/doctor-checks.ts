/** What `pulumi-losant doctor` looks at, one at a time. Nothing is changed anywhere. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as semver from "semver";
import { formatDuration } from "../../provider/words.js";
import { isForbidden, isNotFound, isUnauthorized } from "../../provider/losant/errors.js";
import type { Flow, LosantClient, LosantId } from "../../provider/losant/types.js";

export interface Check {
  readonly state: "good" | "bad" | "unknown";
  readonly text: string;
}

const OLDEST_NODE = "22.13.0";
const OLDEST_CLI = "3.215.0";
/** Losant's times are compared with none of this machine, but a token's expiry and TLS need about the right time. */
const CLOCK_OFF_MS = 60_000;
const ANSWER_MS = 10_000;

export function nodeCheck(version: string): Check {
  return semver.gte(version, OLDEST_NODE)
    ? { state: "good", text: `Node ${version}` }
    : { state: "bad", text: `Node ${version} is too old: install ${OLDEST_NODE} or later.` };
}

export async function cliCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["version"], { env, timeout: ANSWER_MS });
    const version = semver.coerce(stdout)?.version;
    if (version === undefined) return { state: "unknown", text: "`pulumi version` says no version." };
    return semver.gte(version, OLDEST_CLI)
      ? { state: "good", text: `Pulumi CLI ${version}` }
      : { state: "bad", text: `Pulumi CLI ${version} is too old: install ${OLDEST_CLI} or later.` };
  } catch {
    return { state: "bad", text: "the Pulumi CLI is not on PATH: https://www.pulumi.com/docs/install/" };
  }
}

/** Node's own agent uses a proxy only where it is told to. */
export function proxyCheck(env: NodeJS.ProcessEnv): Check {
  const name = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].find((one) => (env[one] ?? "") !== "");
  if (name === undefined) return { state: "good", text: "no proxy is set" };
  return env["NODE_USE_ENV_PROXY"] === "1"
    ? { state: "good", text: `${name} is set, and NODE_USE_ENV_PROXY=1 makes Node use it` }
    : { state: "bad", text: `${name} is set, and Node does not use it: set NODE_USE_ENV_PROXY=1 too.` };
}

/** Does the address answer, and is this machine's clock right? No token is sent. */
export async function addressCheck(apiUrl: string, now: () => number): Promise<Check> {
  let date: string | null;
  try {
    date = (await fetch(apiUrl, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "manual" })).headers.get("date");
  } catch (error) {
    return {
      state: "bad",
      text: `${apiUrl} does not answer (${reasonOf(error)}): look at losant:apiUrl, the network and the proxy.`,
    };
  }
  const off = date === null ? Number.NaN : Math.abs(Date.parse(date) - now());
  if (Number.isNaN(off))
    return { state: "unknown", text: `${apiUrl} answers, without a date to compare the clock with` };
  return off <= CLOCK_OFF_MS
    ? { state: "good", text: `${apiUrl} answers, and the clock is right` }
    : { state: "bad", text: `the clock of this machine is off by ${formatDuration(off)}: set it.` };
}

/** One reading call for each scope. */
export function scopeChecks(client: LosantClient, applicationId: LosantId): (() => Promise<Check>)[] {
  // Matches no device: only whether it may be asked counts.
  const noDevice = { id: { $in: ["0".repeat(24)] } };
  let flows: readonly Flow[] = [];
  const tries: [scope: string, use: string, call: () => Promise<unknown>][] = [
    ["edgeDeployments.get", "every preview and refresh", () => client.listDeploymentsUpTo(applicationId, {}, 1)],
    ["devices.get", "deviceTags, getDevices and warnings", () => client.listDevices(applicationId, noDevice)],
    [
      "flows.get",
      "getEdgeWorkflow",
      async () => {
        flows = await client.listEdgeFlows(applicationId);
      },
    ],
    [
      "flowVersions.get",
      "getEdgeWorkflow and whether a version exists",
      async () => {
        const [flow] = flows;
        if (flow === undefined) throw new Error("no edge workflow is known to try it with");
        await client.listFlowVersions(applicationId, flow.id);
      },
    ],
  ];
  return tries.map(([scope, use, call]) => async () => {
    try {
      await call();
      return { state: "good", text: `the token has ${scope} (${use})` };
    } catch (error) {
      return refused(scope, use, error);
    }
  });
}

function refused(scope: string, use: string, error: unknown): Check {
  if (isForbidden(error)) return { state: "bad", text: `the token lacks ${scope}: it is needed for ${use}.` };
  if (isUnauthorized(error))
    return { state: "bad", text: `the token is not valid (tried for ${scope}): make a new one in Losant.` };
  if (isNotFound(error))
    return {
      state: "bad",
      text: `the application was not found (tried for ${scope}): look at its id, and at the token's application.`,
    };
  return { state: "unknown", text: `${scope} could not be tried: ${reasonOf(error)}` };
}

function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  if (cause instanceof Error) return (cause as { readonly code?: string }).code ?? cause.message;
  return error instanceof Error ? error.message : String(error);
}
