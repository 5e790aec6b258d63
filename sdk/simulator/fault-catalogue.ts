/** The faults that a client of Losant should survive, by name: for tables of tests. */
import type { FaultEffect } from "./faults.js";

const DAY_SECONDS = 86_400;
const GIGABYTE = 1_000_000_000;

const NOT_FOUND = { type: "NotFound" };
const APPLICATION_NOT_FOUND = { ...NOT_FOUND, message: "Application was not found" };
const VERSION_NOT_FOUND = { ...NOT_FOUND, message: "Flow version not found." };
const THROTTLED = { type: "TooManyRequests", message: "Over rate limit, request throttled" };

export interface FaultCatalogueOptions {
  /** Where redirects lead. @default an address that nothing listens on */
  readonly otherUrl?: string;
  /** The time that a `Retry-After` date counts from, in milliseconds. @default Date.now() */
  readonly now?: number;
  /** Size of the huge answers. @default a gigabyte */
  readonly hugeBytes?: number;
}

/**
 * Faults by name. Spread one into a fault, with the calls that it is to hit.
 *
 * @example
 * ```ts
 * for (const [name, effect] of Object.entries(faultCatalogue())) {
 *   losant.fault({ ...effect, operation: "release", times: 3 });
 * }
 * ```
 */
export function faultCatalogue({
  otherUrl = "http://127.0.0.1:9/",
  now = Date.now(),
  hugeBytes = GIGABYTE,
}: FaultCatalogueOptions = {}): Readonly<Record<string, FaultEffect>> {
  return {
    "reset before the effect": { cut: "before" },
    "reset after the effect": { cut: "after" },
    "stall before the effect": { stall: "before" },
    "stall after the effect, before the headers": { stall: "after" },
    "stall in the body": { stall: "body" },
    drip: { dripMs: 1000 },
    "truncated body": { garbled: "truncated" },
    "cut JSON": { garbled: "cutJson" },
    "empty body": { garbled: "empty" },
    "HTML in place of JSON": { garbled: "html" },
    "wrong shape": { garbled: "wrongShape" },
    null: { garbled: "null" },
    "huge body": { padBytes: hugeBytes },
    "gzip bomb": { padBytes: hugeBytes, gzip: true },
    "400": { status: 400, body: { type: "Validation", message: "Request was malformed" } },
    "401": { status: 401, body: { type: "Unauthorized", message: "Authentication failed" } },
    "403": { status: 403, body: { type: "Forbidden", message: "Token is not for this application" } },
    "404 application": { status: 404, body: APPLICATION_NOT_FOUND },
    "404 version": { status: 404, body: VERSION_NOT_FOUND },
    "404 HTML": { status: 404, body: "<html>Not Found</html>" },
    "409": { status: 409, body: { type: "Conflict", message: "Conflict" } },
    "413": { status: 413, body: { type: "RequestEntityTooLarge", message: "Request entity too large" } },
    "429": { status: 429, body: THROTTLED },
    "429 with seconds": { status: 429, body: THROTTLED, retryAfter: 2 },
    "429 with a date": { status: 429, body: THROTTLED, retryAfter: new Date(now + 2000) },
    "429 with an absurd Retry-After": { status: 429, body: THROTTLED, retryAfter: 3650 * DAY_SECONDS },
    "500": { status: 500 },
    "502": { status: 502, body: "<html>Bad Gateway</html>" },
    "502 after the effect": { status: 502, body: "<html>Bad Gateway</html>", takesEffect: true },
    "503": { status: 503 },
    "redirect to another host": { redirect: otherUrl },
    "totalCount too small": { listing: { totalCountBy: -1 } },
    "totalCount too large": { listing: { totalCountBy: 1_000_000 } },
    "two rows of one device": { listing: { extraRow: { id: "e".repeat(24), desiredVersion: "v-of-the-second-row" } } },
    "a row of another flow": { listing: { extraRow: { id: "e".repeat(24), flowId: "e".repeat(24) } } },
    "a row comes in between two pages": { listing: { shift: 1 } },
    "a row goes between two pages": { listing: { shift: -1 } },
    "rows without a version": { without: ["desiredVersion", "currentVersion"] },
  };
}
