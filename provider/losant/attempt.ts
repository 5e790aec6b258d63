/** What became of one attempt: got's answer or error, as our own values. [pure] */
import { HTTPError, ParseError, RequestError, TimeoutError } from "got";
import type * as z from "zod";
import { visibleText } from "../text/visible-text.js";
import { isTlsCode } from "./failure.js";
import type { CallFailure } from "./failure.js";
import { describeProblem, errorBody } from "./schemas.js";

/** The answer of a 2xx is not what the call expects. */
class UnreadableAnswer extends Error {
  readonly status: number;

  constructor(status: number, problem: string) {
    super(problem);
    this.status = status;
  }
}

export function parseAnswer<T>(schema: z.ZodType<T>, { statusCode, body }: { statusCode: number; body: unknown }): T {
  const { data, error } = schema.safeParse(body);
  if (error !== undefined) throw new UnreadableAnswer(statusCode, describeProblem(error));
  return data;
}

/** What JSON need not escape. An honest API does not, and reading such a text takes longer. */
const ESCAPED_ASCII = /\\(?:u00[2-7]|\/)/;

/** Other systems echo what they were sent. An answer with the token would carry it into messages and states. */
export function parseWithoutToken(text: string, token: string): unknown {
  const isHidden = ESCAPED_ASCII.test(text);
  const blank = (part: string): string => (part.includes(token) ? part.replaceAll(token, "[token]") : part);
  return JSON.parse(
    blank(text),
    isHidden ? (_, value: unknown) => (typeof value === "string" ? blank(value) : value) : undefined,
  );
}

/** What bounds one call. */
export interface Limits {
  readonly timeoutMs: number;
  readonly connectMs: number;
  readonly wholeMs: number;
  readonly maxAnswerBytes: number;
  readonly signal: AbortSignal;
  readonly tooLarge: AbortSignal;
}

/** The phases of got's time-outs in which no request has been written. */
const connectingPhases = new Set(["lookup", "connect", "secureConnect"]);
const codesBeforeSending = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

export function failureOf(error: unknown, limits: Limits): CallFailure {
  if (error instanceof HTTPError) {
    return { kind: "status", status: error.response.statusCode, ...errorBody.parse(error.response.body) };
  }
  // The parser's message quotes the body, so it is not passed on.
  if (error instanceof ParseError) {
    return { kind: "answer", status: error.response.statusCode, problem: "the answer is not JSON" };
  }
  const unreadable = unreadableIn(error);
  if (unreadable) return { kind: "answer", status: unreadable.status, problem: unreadable.message };
  if (limits.tooLarge.aborted) {
    const problem = `it is larger than ${limits.maxAnswerBytes / 2 ** 20} MB`;
    return { kind: "answer", status: answeredStatus(error) ?? 200, problem, isFinal: true };
  }
  if (limits.signal.aborted) {
    return { kind: "timeout", ms: limits.wholeMs, whole: true, sent: !wasNeverConnected(error) };
  }
  if (error instanceof TimeoutError) {
    const isConnecting = connectingPhases.has(error.event);
    const ms = isConnecting ? limits.connectMs : limits.timeoutMs;
    return { kind: "timeout", ms, whole: false, sent: !isConnecting && !wasNeverConnected(error) };
  }
  const code = error instanceof RequestError ? error.code : "unknown";
  return { kind: "network", code, sent: !failedBeforeSending(error, code), proxyStatus: proxyStatusOf(error) };
}

/** Node puts the answer of a proxy that makes no connection into the error. */
function proxyStatusOf(error: unknown): number | undefined {
  const cause: unknown = error instanceof RequestError ? error.cause : undefined;
  if (typeof cause !== "object" || cause === null || !("statusCode" in cause)) return undefined;
  return typeof cause.statusCode === "number" ? cause.statusCode : undefined;
}

/** got wraps what a hook throws. */
function unreadableIn(error: unknown): UnreadableAnswer | undefined {
  if (error instanceof UnreadableAnswer) return error;
  return error instanceof RequestError && error.cause instanceof UnreadableAnswer ? error.cause : undefined;
}

export function answeredStatus(error: unknown): number | undefined {
  if (error instanceof HTTPError || error instanceof ParseError) return error.response.statusCode;
  return unreadableIn(error)?.status;
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

/** The texts of an error answer are shown as they are, so they are made safe. */
export function cleanFailure(failure: CallFailure, token: string): CallFailure {
  if (failure.kind !== "status") return failure;
  const cleaned = (text: string | undefined) =>
    text === undefined ? undefined : visibleText(text.replaceAll(token, "[token]"));
  return { ...failure, type: cleaned(failure.type), message: cleaned(failure.message) };
}
