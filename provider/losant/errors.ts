/**
 * Everything that can go wrong with Losant, by meaning. These errors cross into Pulumi, whose processes print whatever
 * they are handed, so an error here holds words and numbers only: no cause, no request, no answer, no header, no body.
 * Callers ask the guards below (`isNotFound(e)`), never a status.
 */
import { formatDuration } from "../words.js";

/** What is known about a failed call; a field that does not apply is absent. */
export interface LosantErrorDetails {
  readonly method?: "GET" | "POST";
  /** Path without host and query. */
  readonly path?: string;
  /** HTTP status of the last answer. */
  readonly status?: number;
  /** `type` of Losant's error body, e.g. `NotFound`. */
  readonly losantType?: string;
  /** `message` of Losant's error body, e.g. `Flow version not found.` */
  readonly losantMessage?: string;
  /** Code of the network fault, e.g. `ECONNREFUSED`. */
  readonly code?: string;
  /** How many times the call was tried; a write always once. */
  readonly attempts?: number;
  /** True for a write that Losant may or may not have taken. */
  readonly outcomeUnknown?: boolean;
  /** True if the same call may succeed later without any change. */
  readonly retryable?: boolean;
  /** How long Losant asks to wait before the next call, in milliseconds: `Retry-After` of a 429 or 503. */
  readonly retryAfterMs?: number;
}

/**
 * The base of all errors of this client. Pulumi's provider host prints the stack of a failed read or delete beside the
 * message, so `stack` is the message alone, unless the environment variable `PULUMI_LOSANT_DEBUG` is set.
 */
export class LosantError extends Error implements LosantErrorDetails {
  override readonly name: string = "LosantError";
  declare readonly method?: "GET" | "POST";
  declare readonly path?: string;
  declare readonly status?: number;
  declare readonly losantType?: string;
  declare readonly losantMessage?: string;
  declare readonly code?: string;
  declare readonly attempts?: number;
  declare readonly outcomeUnknown?: boolean;
  declare readonly retryable?: boolean;
  declare readonly retryAfterMs?: number;

  constructor(message: string, details: LosantErrorDetails = {}) {
    super(message);
    Object.assign(this, Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)));
    if (process.env["PULUMI_LOSANT_DEBUG"] === undefined) {
      // A getter, since a subclass sets its name only after this constructor has returned.
      Object.defineProperty(this, "stack", { configurable: true, get: () => `${this.name}: ${this.message}` });
    }
  }
}

/** The same error, with how often the call was tried before its caller gave up. */
export function withTries(error: LosantError, tries: number, elapsedMs: number): LosantError {
  const copy = Object.create(
    Object.getPrototypeOf(error) as object,
    Object.getOwnPropertyDescriptors(error),
  ) as LosantError;
  copy.message = `${error.message} Given up after ${tries} tries in ${formatDuration(elapsedMs)}.`;
  return copy;
}

/** A mistake of the caller, found before anything was sent: a bad id, no devices, more than 1000 of them, no token. */
export class LosantUsageError extends LosantError {
  override readonly name = "LosantUsageError";
}

/** 401: the API token is wrong, revoked or expired. */
export class LosantUnauthorizedError extends LosantError {
  override readonly name = "LosantUnauthorizedError";
}

/** 403: the API token is valid but has no scope for this call. */
export class LosantForbiddenError extends LosantError {
  override readonly name = "LosantForbiddenError";
}

/** 404: the application, or something in it, does not exist for this token; or the address leads elsewhere. */
export class LosantNotFoundError extends LosantError {
  override readonly name = "LosantNotFoundError";
}

/** 429; for a read, after all retries. */
export class LosantRateLimitError extends LosantError {
  override readonly name = "LosantRateLimitError";
}

/** 408 or 5xx; for a read, after all retries. */
export class LosantServerError extends LosantError {
  override readonly name = "LosantServerError";
}

/** Any other status that is not 2xx: Losant refused the request as it stands. */
export class LosantRequestError extends LosantError {
  override readonly name = "LosantRequestError";
}

/** No answer in time; for a read, after all retries. */
export class LosantTimeoutError extends LosantError {
  override readonly name = "LosantTimeoutError";
}

/** No connection, or a lost one; for a read, after all retries. */
export class LosantNetworkError extends LosantError {
  override readonly name = "LosantNetworkError";
}

/**
 * The call succeeded, but its answer is not what Losant documents. This is not an HTTP failure: most often something
 * else than Losant answers at `losant:apiUrl`, or the API has changed.
 */
export class LosantAnswerError extends LosantError {
  override readonly name = "LosantAnswerError";
}

/** A listing changed each time it was read, so that no complete one can be given. */
export class LosantUnstableListError extends LosantError {
  override readonly name = "LosantUnstableListError";
}

/**
 * The answer was a 404, from Losant or not: a proxy's page and a wrong path in `losant:apiUrl` answer 404 too. It does not
 * prove that anything is gone: see `isLosantNotFound`.
 */
export function isNotFound(error: unknown): error is LosantNotFoundError {
  return error instanceof LosantNotFoundError;
}

/**
 * Losant itself said that it does not exist: a 404 with Losant's own body, `{"type": "NotFound", "message": ...}`. Still
 * only what this token gets to see: a token of another application may get it for an application that exists.
 */
export function isLosantNotFound(error: unknown): error is LosantNotFoundError {
  return isNotFound(error) && error.losantType === "NotFound" && error.losantMessage !== undefined;
}

/** The API token is wrong, revoked or expired. */
export function isUnauthorized(error: unknown): error is LosantUnauthorizedError {
  return error instanceof LosantUnauthorizedError;
}

/** The API token lacks a scope. */
export function isForbidden(error: unknown): error is LosantForbiddenError {
  return error instanceof LosantForbiddenError;
}

/** A write that may or may not have been taken. Look at what is live before repeating it. */
export function isOutcomeUnknown(error: unknown): error is LosantError {
  return error instanceof LosantError && error.outcomeUnknown === true;
}

/** A transient failure: worth repeating, after looking at what is live. */
export function isRetryable(error: unknown): error is LosantError {
  return error instanceof LosantError && (error.retryable === true || error.outcomeUnknown === true);
}
