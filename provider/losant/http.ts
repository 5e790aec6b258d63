/**
 * The only place that calls got (`attempt.ts` reads its answers and errors). A got error holds the request's headers, and Node prints them, the token too. So every
 * got error ends here and becomes one of our own.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import got from "got";
import type * as z from "zod";
import { agentsBy } from "./agents.js";
import { checkApiUrl, defaultApiUrl } from "./api-url.js";
import { LosantUsageError } from "./errors.js";
import { cleanFailure, failureOf, parseAnswer, parseWithoutToken, answeredStatus } from "./attempt.js";
import type { Limits } from "./attempt.js";
import { errorFor } from "./failure.js";
import type { CallFailure } from "./failure.js";
import type { Operation } from "./operations.js";
import { proxyFor } from "./proxy.js";
import type { Proxy } from "./proxy.js";
import { retryDelay } from "./retry.js";
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
  /** Time for the call with all its retries, in milliseconds, if it is less than the client's own. */
  readonly withinMs?: number;
  /** Ends the call, also while it is under way. */
  readonly signal?: AbortSignal;
}

export type Send = <T>(call: HttpCall<T>) => Promise<T>;

/** A page of 1,000 rows with all their logs has a few megabytes. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** @throws LosantUsageError if the token or the address cannot be used. */
export function createSend(options: ClientOptions): Send {
  const { timeoutMs = 30_000, totalTimeoutMs = 120_000, retryDelayMs = 500, maxAttempts = Infinity, onCall } = options;
  const { maxAnswerBytes = MAX_ANSWER_BYTES } = options;
  const apiUrl = usableUrl(options.apiUrl ?? defaultApiUrl);
  const token = usableToken(options.apiToken);
  const connectMs = timeoutMs / 2;
  const proxy = usableProxy(apiUrl);
  const api = got.extend({
    prefixUrl: apiUrl,
    allowAbsoluteUrls: false,
    // A redirect would carry the token, or turn a POST into a GET.
    followRedirect: false,
    // Parsed by got within its own error handling, for error answers too.
    responseType: "json",
    parseJson: (text) => parseWithoutToken(text, token),
    // Connecting has less time than the whole attempt: a time-out that comes while connecting is told as one, and is
    // known to have sent nothing.
    timeout: { request: timeoutMs, lookup: connectMs, connect: connectMs, secureConnect: connectMs },
    agent: agentsBy(proxy),
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      "user-agent": `pulumi-losant/${packageVersion}`,
    },
  });

  return async <T>(call: HttpCall<T>): Promise<T> => {
    if (call.body !== undefined) await closedConnectionsSeen();
    call.signal?.throwIfAborted();
    const method = call.body === undefined ? "GET" : "POST";
    const path = call.path.map(encodeURIComponent).join("/");
    const searchParams = new URLSearchParams({ _actions: "false", _links: "false", _embedded: "true" });
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) searchParams.set(name, String(value));
    }
    const wholeMs = Math.ceil(Math.min(totalTimeoutMs, call.withinMs ?? totalTimeoutMs));
    const beganAt = performance.now();
    const elapsedMs = () => performance.now() - beganAt;
    const tooLarge = new AbortController();
    const ends = call.signal === undefined ? [] : [call.signal];
    const signal = AbortSignal.any([AbortSignal.timeout(wholeMs), tooLarge.signal, ...ends]);
    const limits: Limits = { timeoutMs, connectMs, wholeMs, maxAnswerBytes, signal, tooLarge: tooLarge.signal };
    let attempts = 1;
    let retryAfterMs: number | undefined;
    const report = (status: number | undefined) =>
      onCall?.({ method, path: `/${path}?${searchParams.toString()}`, status, attempt: attempts });
    const reject = (failure: CallFailure) =>
      errorFor(cleanFailure(failure, token), {
        operation: call.operation,
        method,
        path: `/${path}`,
        host: new URL(apiUrl).host,
        proxy: proxy?.shown,
        attempts,
        elapsedMs: elapsedMs(),
        retryAfterMs,
      });
    let answer: T | undefined;

    const request = api(path, {
      method,
      searchParams,
      signal,
      ...(call.body === undefined ? {} : { json: call.body }),
      hooks: {
        // Here, so that a read with an unreadable answer is repeated like any other failed attempt.
        afterResponse: [
          (response) => {
            // got takes a redirect that it does not follow, and 304, for a success.
            if (response.statusCode < 300) answer = parseAnswer(call.answer, response);
            return response;
          },
        ],
      },
      retry: {
        // got's own rules never repeat a POST and stop at a Retry-After beyond timeout.request. Without them
        // `calculateDelay` is asked once after each failed attempt, the last one too, and its 0 means "do not repeat":
        // limit, methods, maxRetryAfter and backoffLimit are all in `retryDelay`.
        enforceRetryRules: false,
        calculateDelay: ({ error, attemptCount, retryAfter }) => {
          attempts = attemptCount;
          // got has read the header, and a date in it by this machine's clock.
          retryAfterMs = retryAfter;
          report(answeredStatus(error));
          const delay = retryDelay({
            failure: failureOf(error, limits),
            method,
            attempt: attemptCount,
            maxAttempts,
            retryAfterMs,
            remainingMs: wholeMs - elapsedMs(),
            baseDelayMs: retryDelayMs,
            random: Math.random(),
          });
          // 0 would mean no retry.
          return delay === undefined ? 0 : Math.max(1, delay);
        },
      },
    });
    void request.on("downloadProgress", ({ transferred }) => {
      if (transferred > maxAnswerBytes) tooLarge.abort();
    });
    const response = await request.catch((error: unknown) => {
      throw reject(failureOf(error, limits));
    });
    attempts = response.retryCount + 1;
    report(response.statusCode);
    if (response.statusCode >= 300) throw reject({ kind: "status", status: response.statusCode });
    return answer as T;
  };
}

/**
 * After long work, or when the machine has slept, connections may be closed without Node having looked. A write on such a
 * connection fails, and it is not known whether Losant took it. From one `setImmediate` to the next, Node looks.
 */
async function closedConnectionsSeen(): Promise<void> {
  await nextTurn();
  await nextTurn();
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

function usableProxy(apiUrl: string): Proxy | undefined {
  const proxy = proxyFor(apiUrl, process.env, process.version);
  if (typeof proxy === "string") throw new LosantUsageError(proxy);
  return proxy;
}
