/**
 * The only place that calls got. A got error holds the request's headers, and Node prints them, the token too. So every
 * got error ends here and becomes one of our own.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import got, { HTTPError, ParseError, RequestError, TimeoutError } from "got";
import type * as z from "zod";
import { checkApiUrl, defaultApiUrl } from "./api-url.js";
import { LosantUsageError } from "./errors.js";
import { errorFor, isTlsCode } from "./failure.js";
import type { CallFailure } from "./failure.js";
import type { Operation } from "./operations.js";
import { retryDelay } from "./retry.js";
import { describeProblem, errorBody } from "./schemas.js";
import type { ClientOptions } from "./types.js";
import { packageVersion } from "./version.js";

/** One call of the API. Path segments are encoded here; what is undefined in the query is left out. */
export interface HttpCall<T> {
  readonly operation: Operation;
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** JSON body; makes the call a POST. */
  readonly body?: object;
  readonly answer: z.ZodType<T>;
}

export type Send = <T>(call: HttpCall<T>) => Promise<T>;

/** Connections at a time: enough for some parallel listings, and no burst on an API with unknown limits. */
const MAX_SOCKETS = 16;
/** How long an unused connection is kept, in milliseconds. Shorter than servers keep it, so that no write uses a closed one. */
const IDLE_MS = 4000;

/** @throws LosantUsageError if the token or the address cannot be used. */
export function createSend(options: ClientOptions): Send {
  const { timeoutMs = 30_000, totalTimeoutMs = 120_000, retryDelayMs = 500, onCall } = options;
  const apiUrl = usableUrl(options.apiUrl ?? defaultApiUrl);
  const token = usableToken(options.apiToken);
  const connectMs = timeoutMs / 2;
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_MS, ...proxyOptions() };
  const api = got.extend({
    prefixUrl: apiUrl,
    allowAbsoluteUrls: false,
    // A redirect would carry the token, or turn a POST into a GET.
    followRedirect: false,
    // Parsed by got within its own error handling, for error answers too.
    responseType: "json",
    // Connecting has less time than the whole attempt: a time-out that comes while connecting is told as one, and is
    // known to have sent nothing.
    timeout: { request: timeoutMs, lookup: connectMs, connect: connectMs, secureConnect: connectMs },
    agent: { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) },
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      "user-agent": `pulumi-losant/${packageVersion}`,
    },
  });

  return async <T>(call: HttpCall<T>): Promise<T> => {
    const method = call.body === undefined ? "GET" : "POST";
    const path = call.path.map(encodeURIComponent).join("/");
    const searchParams = new URLSearchParams({ _actions: "false", _links: "false", _embedded: "true" });
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) searchParams.set(name, String(value));
    }
    const deadline = Date.now() + totalTimeoutMs;
    const signal = AbortSignal.timeout(totalTimeoutMs);
    const limits: Limits = { timeoutMs, connectMs, totalTimeoutMs, signal };
    let attempts = 1;
    let retryAfterMs: number | undefined;
    const report = (status: number | undefined) =>
      onCall?.({ method, path: `/${path}?${searchParams.toString()}`, status, attempt: attempts });
    const reject = (failure: CallFailure) =>
      errorFor(clean(failure, token), {
        operation: call.operation,
        method,
        path: `/${path}`,
        host: new URL(apiUrl).host,
        attempts,
        retryAfterMs,
      });

    const response = await api(path, {
      method,
      searchParams,
      signal,
      ...(call.body === undefined ? {} : { json: call.body }),
      retry: {
        // got's own rules never repeat a POST and stop at a Retry-After beyond timeout.request. Without them
        // `calculateDelay` is asked once after each failed attempt, the last one too, and its 0 means "do not repeat":
        // limit, methods, maxRetryAfter and backoffLimit are all in `retryDelay`.
        enforceRetryRules: false,
        calculateDelay: ({ error, attemptCount, retryAfter }) => {
          attempts = attemptCount;
          // got has read the header, and a date in it by this machine's clock.
          retryAfterMs = retryAfter;
          report(error instanceof HTTPError || error instanceof ParseError ? error.response.statusCode : undefined);
          const delay = retryDelay({
            failure: failureOf(error, limits),
            method,
            attempt: attemptCount,
            retryAfterMs,
            remainingMs: deadline - Date.now(),
            baseDelayMs: retryDelayMs,
            random: Math.random(),
          });
          // 0 would mean no retry.
          return delay === undefined ? 0 : Math.max(1, delay);
        },
      },
    }).catch((error: unknown) => {
      throw reject(failureOf(error, limits));
    });
    attempts = response.retryCount + 1;
    report(response.statusCode);
    // got takes a redirect that it does not follow, and 304, for a success.
    if (response.statusCode >= 300) throw reject({ kind: "status", status: response.statusCode });
    const parsed = call.answer.safeParse(response.body);
    if (parsed.success) return parsed.data;
    throw reject({ kind: "answer", status: response.statusCode, problem: describeProblem(parsed.error) });
  };
}

interface Limits {
  readonly timeoutMs: number;
  readonly connectMs: number;
  readonly totalTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** The phases of got's time-outs in which no request has been written. */
const connectingPhases = new Set(["lookup", "connect", "secureConnect"]);
const codesBeforeSending = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

function failureOf(error: unknown, limits: Limits): CallFailure {
  if (error instanceof HTTPError) {
    return { kind: "status", status: error.response.statusCode, ...errorBody.parse(error.response.body) };
  }
  // The parser's message quotes the body, so it is not passed on.
  if (error instanceof ParseError) {
    return { kind: "answer", status: error.response.statusCode, problem: "the answer is not JSON" };
  }
  if (limits.signal.aborted) {
    return { kind: "timeout", ms: limits.totalTimeoutMs, whole: true, sent: !wasNeverConnected(error) };
  }
  if (error instanceof TimeoutError) {
    const isConnecting = connectingPhases.has(error.event);
    const ms = isConnecting ? limits.connectMs : limits.timeoutMs;
    return { kind: "timeout", ms, whole: false, sent: !isConnecting && !wasNeverConnected(error) };
  }
  const code = error instanceof RequestError ? error.code : "unknown";
  return { kind: "network", code, sent: !failedBeforeSending(error, code) };
}

function failedBeforeSending(error: unknown, code: string): boolean {
  if (codesBeforeSending.has(code) || isTlsCode(code) || wasNeverConnected(error)) return true;
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  // Several addresses of one host were tried, and none could be connected to.
  if (cause instanceof AggregateError) return true;
  return cause instanceof Error && "syscall" in cause && cause.syscall === "connect";
}

/** The request had no connection yet: it waited for one, or a proxy refused to make one. */
function wasNeverConnected(error: unknown): boolean {
  return error instanceof RequestError && error.timings !== undefined && error.timings.connect === undefined;
}

/** Texts from outside: one line, no control characters, not endless, and never the token, which a proxy may echo. */
function clean(failure: CallFailure, token: string): CallFailure {
  if (failure.kind !== "status") return failure;
  const cleaned = (text: string | undefined) =>
    text
      ?.replaceAll(token, "[token]")
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
      .slice(0, 500);
  return { ...failure, type: cleaned(failure.type), message: cleaned(failure.message) };
}

function usableUrl(url: string): string {
  const problem = checkApiUrl(url);
  if (problem !== undefined) throw new LosantUsageError(problem);
  return url;
}

function usableToken(raw: string): string {
  // A token that was read from a file often ends in a line break.
  const token = raw.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new LosantUsageError(
    token === ""
      ? "there is no Losant API token. Set it: pulumi config set --secret losant:apiToken (or LOSANT_API_TOKEN)."
      : "the Losant API token holds characters that no token has. Set losant:apiToken (or LOSANT_API_TOKEN) again.",
  );
}

/** Node uses HTTPS_PROXY and its like only where NODE_USE_ENV_PROXY says so, and then only for its own agent. */
function proxyOptions(): { proxyEnv?: NodeJS.ProcessEnv } {
  return process.env["NODE_USE_ENV_PROXY"] === "1" ? { proxyEnv: process.env } : {};
}
