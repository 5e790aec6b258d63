/** The ways in which one attempt can fail, and the error that a caller gets for each. [pure] */
import {
  LosantAnswerError,
  LosantForbiddenError,
  LosantNetworkError,
  LosantNotFoundError,
  LosantRateLimitError,
  LosantRequestError,
  LosantServerError,
  LosantTimeoutError,
  LosantUnauthorizedError,
} from "./errors.js";
import type { LosantError, LosantErrorDetails } from "./errors.js";
import type { Operation } from "./operations.js";
import { formatDuration } from "../words.js";

/** Why an attempt failed. `sent`: the request may have reached Losant. */
export type CallFailure =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly type?: string;
      readonly message?: string;
    }
  | { readonly kind: "timeout"; readonly ms: number; readonly whole: boolean; readonly sent: boolean }
  /** `proxyStatus`: the answer of a proxy that made no connection. */
  | { readonly kind: "network"; readonly code: string; readonly sent: boolean; readonly proxyStatus?: number }
  /** `isFinal`: asking again would bring the same. */
  | { readonly kind: "answer"; readonly status: number; readonly problem: string; readonly isFinal?: boolean };

/** The call that failed. */
export interface FailedCall {
  readonly operation: Operation;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly host: string;
  /** The proxy that the calls go by. */
  readonly proxy?: string;
  readonly attempts: number;
  /** From the first attempt to the last failure, in milliseconds. */
  readonly elapsedMs: number;
  /** What `Retry-After` of the last answer asks for, in milliseconds. */
  readonly retryAfterMs?: number;
}

// Node's codes for a TLS connection that was refused for its certificate or its protocol: they do not go away by themselves.
const tlsCode = /^(?:CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH$|EPROTO$)/;
const networkCodes = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ERR_PROXY_TUNNEL",
  "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
  "ERR_READING_RESPONSE_STREAM",
  "ETIMEDOUT",
]);

/** The fault is in a TLS handshake, so nothing was sent and nothing will change by itself. */
export function isTlsCode(code: string): boolean {
  return tlsCode.test(code);
}

/** The same request may well succeed in a moment. */
export function isTransient(failure: CallFailure): boolean {
  if (failure.kind === "answer") return false;
  if (failure.kind === "timeout") return true;
  if (failure.kind === "network") {
    if (failure.proxyStatus !== undefined) return isServerFault(failure.proxyStatus);
    return networkCodes.has(failure.code) || failure.code.startsWith("HPE_");
  }
  return failure.status === 408 || failure.status === 429 || isServerFault(failure.status);
}

/** If this attempt was a write, Losant may have taken it all the same. */
export function mayHaveBeenTaken(failure: CallFailure): boolean {
  if (failure.kind === "answer") return true;
  if (failure.kind === "timeout" || failure.kind === "network") return failure.sent;
  return failure.status === 408 || isServerFault(failure.status);
}

/** 501 and 505 say "this server never does that": not transient, and nothing was done. */
function isServerFault(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}

/** Losant's own body on a 404: `{"type": "NotFound", "message": ...}`. A proxy or another API answers otherwise. */
function isLosantsNotFound({ type, message }: { type?: string; message?: string }) {
  return type === "NotFound" && message !== undefined;
}

/** The two statuses whose `Retry-After` says when the same call may succeed. */
function isAskingToWait(failure: CallFailure): boolean {
  return failure.kind === "status" && (failure.status === 429 || failure.status === 503);
}

/** The error for the last failure of a call: what, METHOD path, Losant's own sentence, where to look. */
export function errorFor(failure: CallFailure, call: FailedCall): LosantError {
  const outcomeUnknown = call.method === "POST" && mayHaveBeenTaken(failure);
  const sentences = [
    `${call.operation.what}: ${call.method} ${call.path} ${happened(failure, call)}`,
    whereToLook(failure, call),
    outcomeUnknown ? "It is not known whether Losant took this write: look at what is live before repeating it." : "",
  ];
  const details: LosantErrorDetails = {
    method: call.method,
    path: call.path,
    attempts: call.attempts,
    outcomeUnknown,
    retryable: isTransient(failure),
    ...(failure.kind === "status" || failure.kind === "answer" ? { status: failure.status } : {}),
    ...(failure.kind === "status" ? { losantType: failure.type, losantMessage: failure.message } : {}),
    ...(isAskingToWait(failure) ? { retryAfterMs: call.retryAfterMs } : {}),
    ...(failure.kind === "network" ? { code: failure.code } : {}),
  };
  return new (classFor(failure))(sentences.filter(Boolean).join(" "), details);
}

function classFor(failure: CallFailure): new (message: string, details: LosantErrorDetails) => LosantError {
  if (failure.kind === "timeout") return LosantTimeoutError;
  if (failure.kind === "network") return LosantNetworkError;
  if (failure.kind === "answer") return LosantAnswerError;
  if (failure.status === 401) return LosantUnauthorizedError;
  if (failure.status === 403) return LosantForbiddenError;
  if (failure.status === 404) return LosantNotFoundError;
  if (failure.status === 429) return LosantRateLimitError;
  return failure.status === 408 || failure.status >= 500 ? LosantServerError : LosantRequestError;
}

function happened(failure: CallFailure, call: FailedCall): string {
  const tries =
    call.attempts > 1 ? ` (given up after ${call.attempts} tries in ${formatDuration(call.elapsedMs)})` : "";
  if (failure.kind === "timeout") {
    const late = failure.whole ? "was not done" : failure.sent ? "got no answer" : `could not reach ${placeOf(call)}`;
    return `${late} within ${failure.ms / 1000} s${tries}.`;
  }
  if (failure.kind === "network") {
    const why = failure.proxyStatus === undefined ? failure.code : `the proxy answered ${failure.proxyStatus}`;
    return `${failure.sent ? "lost the connection to" : "could not reach"} ${placeOf(call)}: ${why}${tries}.`;
  }
  if (failure.kind === "answer") {
    return `answered ${failure.status}, which is no HTTP failure, but not what Losant documents: ${failure.problem}${tries}.`;
  }
  const type = failure.type === undefined ? "" : ` ${failure.type}`;
  const { message } = failure;
  const said = message === undefined ? "." : `: "${message}"${/[.!?]$/.test(message) ? "" : "."}`;
  return `answered ${failure.status}${type}${tries}${said}`;
}

function placeOf({ host, proxy }: FailedCall): string {
  return proxy === undefined ? host : `${host} by the proxy ${proxy}`;
}

function whereToLook(failure: CallFailure, call: FailedCall): string {
  const checkAddress = "Check that losant:apiUrl (LOSANT_API_URL) leads to Losant itself.";
  if (failure.kind === "answer") return checkAddress;
  const checkNetwork =
    call.proxy === undefined
      ? "Check losant:apiUrl (LOSANT_API_URL) and the network."
      : "Check losant:apiUrl (LOSANT_API_URL), the proxy (HTTPS_PROXY) and whether it lets this host through (else NO_PROXY).";
  if (failure.kind === "timeout") return failure.sent ? "" : checkNetwork;
  if (failure.kind === "network" && failure.proxyStatus === 407) {
    return "The proxy wants a user and a password: put them into HTTPS_PROXY, http://user:password@host:port.";
  }
  if (failure.kind === "network") {
    return isTlsCode(failure.code)
      ? "The certificate was not accepted: a private authority is made known to Node by NODE_EXTRA_CA_CERTS."
      : checkNetwork;
  }
  const { scope, lookAt } = call.operation;
  const token = "losant:apiToken (LOSANT_API_TOKEN)";
  switch (failure.status) {
    case 401:
      return `The API token is wrong, revoked or expired: set ${token}.`;
    case 403:
      return `The API token has no scope for this: it needs \`${scope}\` or one that includes it.`;
    case 404:
      if (!isLosantsNotFound(failure)) return `This is no answer of Losant's. ${checkAddress}`;
      return `Look at ${lookAt}, and whether the API token, ${token}, belongs to this application.`;
    case 429:
      return "Losant limits the rate of calls: try again later, or with fewer at a time (`pulumi up --parallel 4`).";
    default:
      return failure.status >= 300 && failure.status < 400
        ? "A redirect is not followed, it would carry the token elsewhere: set losant:apiUrl to where the API is."
        : "";
  }
}
