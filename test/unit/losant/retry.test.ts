import { describe, expect, test } from "@jest/globals";
import { MAX_ATTEMPTS_NO_SUCH_HOST, MAX_ATTEMPTS_UNREADABLE, retryDelay } from "../../../provider/losant/retry.js";
import type { RetrySituation } from "../../../provider/losant/retry.js";
import type { CallFailure } from "../../../provider/losant/failure.js";

const status = (status: number): CallFailure => ({ kind: "status", status });
const network = (code: string, sent: boolean): CallFailure => ({ kind: "network", code, sent });
const timeout = (sent: boolean, whole = false): CallFailure => ({ kind: "timeout", ms: 1, sent, whole });
const delay = (situation: Partial<RetrySituation>) =>
  retryDelay({
    failure: status(500),
    method: "GET",
    attempt: 1,
    maxAttempts: Infinity,
    retryAfterMs: undefined,
    remainingMs: 120_000,
    baseDelayMs: 500,
    random: 1,
    ...situation,
  });

describe("what is repeated", () => {
  // Each row: the failure, and whether a read is repeated after it; a write never is.
  test.each<[string, CallFailure, boolean]>([
    ["200 unreadable", { kind: "answer", status: 200, problem: "" }, true],
    ["200 too large", { kind: "answer", status: 200, problem: "", isFinal: true }, false],
    ["301", status(301), false],
    ["400", status(400), false],
    ["401", status(401), false],
    ["403", status(403), false],
    ["404", status(404), false],
    ["408", status(408), true],
    ["409", status(409), false],
    ["413", status(413), false],
    ["429", status(429), true],
    ["500", status(500), true],
    ["501", status(501), false],
    ["502", status(502), true],
    ["503", status(503), true],
    ["504", status(504), true],
    ["505", status(505), false],
    ["connection lost", network("ECONNRESET", true), true],
    ["connection refused", network("ECONNREFUSED", false), true],
    ["host not found", network("ENOTFOUND", false), true],
    ["answer cut", network("ERR_READING_RESPONSE_STREAM", true), true],
    ["bad certificate", network("SELF_SIGNED_CERT_IN_CHAIN", false), false],
    ["anything else", network("ERR_GOT_REQUEST_ERROR", true), false],
    ["no answer in time", timeout(true), true],
    ["no connection in time", timeout(false), true],
    ["no time left", timeout(false, true), false],
  ])("%s", (_, failure, get) => {
    expect(delay({ failure, method: "GET" }) !== undefined).toBe(get);
    expect(delay({ failure, method: "POST" })).toBeUndefined();
  });

  test("a few times where the host does not exist, or where the answer cannot be read", () => {
    const noSuchHost = network("ENOTFOUND", false);
    expect(delay({ failure: noSuchHost, attempt: MAX_ATTEMPTS_NO_SUCH_HOST - 1 })).toBeDefined();
    expect(delay({ failure: noSuchHost, attempt: MAX_ATTEMPTS_NO_SUCH_HOST })).toBeUndefined();
    const unreadable: CallFailure = { kind: "answer", status: 200, problem: "" };
    expect(delay({ failure: unreadable, attempt: MAX_ATTEMPTS_UNREADABLE - 1 })).toBeDefined();
    expect(delay({ failure: unreadable, attempt: MAX_ATTEMPTS_UNREADABLE })).toBeUndefined();
  });

  test("as often as the caller allows", () => {
    expect(delay({ attempt: 7, maxAttempts: 8 })).toBeDefined();
    expect(delay({ attempt: 8, maxAttempts: 8 })).toBeUndefined();
  });

  // An outage that takes no time to fail: only the delays pass.
  test.each([
    ["503", status(503)],
    ["429", status(429)],
    ["a refused connection", network("ECONNREFUSED", false)],
    ["a DNS server that does not answer", network("EAI_AGAIN", false)],
    ["a lost connection", network("ECONNRESET", true)],
  ])(
    "%s is outlived for more than 60 s, with the least and the most jitter, and ends within the time",
    (_, failure) => {
      for (const random of [0, 1]) {
        let elapsed = 0;
        let attempt = 1;
        for (;;) {
          const wait = delay({ failure, attempt, random, remainingMs: 120_000 - elapsed });
          if (wait === undefined) break;
          elapsed += wait;
          attempt += 1;
        }
        expect(elapsed).toBeGreaterThan(60_000);
        expect(elapsed).toBeLessThan(120_000);
        expect(attempt).toBeLessThan(40);
      }
    },
  );

  test("nothing if the wait would use up the time that is left", () => {
    expect(delay({ remainingMs: 501 })).toBe(500);
    expect(delay({ remainingMs: 500 })).toBeUndefined();
    expect(delay({ retryAfterMs: 130_000 })).toBeUndefined();
  });
});

describe("how long it waits", () => {
  test("doubles up to sixteen times the first delay", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => delay({ attempt }));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  test("jitter takes away up to a half", () => {
    expect(delay({ random: 0 })).toBe(250);
    expect(delay({ random: 0.5 })).toBe(375);
  });

  test("Retry-After is obeyed where it asks for more than that, and jitter only adds to it", () => {
    expect(delay({ retryAfterMs: 30_000, random: 0 })).toBe(30_000);
    expect(delay({ retryAfterMs: 30_000, random: 1 })).toBe(30_500);
    expect(delay({ retryAfterMs: 0, attempt: 7, random: 0 })).toBe(4_000);
  });
});
