/** What `pulumi-losant doctor` looks at, one at a time. Nothing is changed anywhere. */
import { execFile } from "node:child_process";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { promisify } from "node:util";
import * as semver from "semver";
import { formatDuration } from "../../provider/words.js";
import { isForbidden, isNotFound, isUnauthorized } from "../../provider/losant/errors.js";
import { agentsBy } from "../../provider/losant/agents.js";
import { proxyFor } from "../../provider/losant/proxy.js";
import type { Flow, LosantClient, LosantId } from "../../provider/losant/types.js";

export interface Check {
  readonly state: "good" | "bad" | "unknown";
  readonly text: string;
}

export interface AddressCheck extends Check {
  /** False: no call can be tried. */
  readonly answers: boolean;
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

/** By the rules of the provider's own calls. */
export function proxyCheck(apiUrl: string, env: NodeJS.ProcessEnv): Check {
  const proxy = proxyFor(apiUrl, env, process.version);
  if (proxy === undefined) return { state: "good", text: `no proxy for ${new URL(apiUrl).host}` };
  if (typeof proxy === "string") return { state: "bad", text: proxy };
  return { state: "good", text: `calls go by the proxy ${proxy.shown}` };
}

/**
 * Does the address answer, and is this machine's clock right? No token is sent.
 *
 * @param env - has the proxy, if one is used
 */
export async function addressCheck(apiUrl: string, env: NodeJS.ProcessEnv, now: () => number): Promise<AddressCheck> {
  let date: string | undefined;
  try {
    date = await answeredDate(apiUrl, env);
  } catch (error) {
    const text = `${apiUrl} does not answer (${reasonOf(error)}): look at losant:apiUrl, the network and the proxy.`;
    return { state: "bad", text, answers: false };
  }
  return { ...clockCheck(apiUrl, date, now()), answers: true };
}

function clockCheck(apiUrl: string, date: string | undefined, now: number): Check {
  const off = date === undefined ? Number.NaN : Math.abs(Date.parse(date) - now);
  if (Number.isNaN(off))
    return { state: "unknown", text: `${apiUrl} answers, without a date to compare the clock with` };
  return off <= CLOCK_OFF_MS
    ? { state: "good", text: `${apiUrl} answers, and the clock is right` }
    : { state: "bad", text: `the clock of this machine is off by ${formatDuration(off)}: set it.` };
}

/** On the way of the provider's own calls: `fetch` knows nothing of the proxy. */
async function answeredDate(apiUrl: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const proxy = proxyFor(apiUrl, env, process.version);
  if (typeof proxy === "string") throw new Error(proxy);
  const agents = agentsBy(proxy);
  const isTls = new URL(apiUrl).protocol === "https:";
  const options = { agent: isTls ? agents.https : agents.http, signal: AbortSignal.timeout(ANSWER_MS) };
  try {
    return await new Promise((resolve, reject) => {
      const request = (isTls ? httpsGet : httpGet)(apiUrl, options, (answer) => {
        answer.resume();
        resolve(answer.headers.date);
      });
      request.on("error", reject);
    });
  } finally {
    for (const agent of Object.values(agents)) agent.destroy();
  }
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
  return error instanceof Error ? error.message : String(error);
}
