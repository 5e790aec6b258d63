import { describe, expect, jest, test } from "@jest/globals";
import { inspect } from "node:util";
import {
  isForbidden,
  isNotFound,
  isOutcomeUnknown,
  isRetryable,
  isUnauthorized,
  LosantError,
} from "../../../provider/losant/index.js";
import type { LosantClient } from "../../../provider/losant/index.js";
import { startHttpServer, unusedUrl } from "../../support/http-server.js";
import type { Reply } from "../../support/http-server.js";
import { list, release, rows } from "./failures.js";
import { clientFor, refusal, rejection, token } from "./support.js";

async function failureOf(reply: Reply, act: (client: LosantClient) => Promise<unknown>, options = {}) {
  await using server = await startHttpServer([reply]);
  const error = await rejection(act(clientFor(server, options).client));
  return { error, requests: server.requests.length };
}

describe("each kind of failure", () => {
  test.each(rows)("$name", async ({ reply, act = list, options = {}, error: name, says, guards = [] }) => {
    const { error } = await failureOf(reply, act, options);
    expect(error.name).toBe(name);
    expect(error).toBeInstanceOf(LosantError);
    for (const sentence of says) expect(error.message).toContain(sentence);
    const holding = Object.entries({
      "not found": isNotFound(error),
      unauthorized: isUnauthorized(error),
      forbidden: isForbidden(error),
      "outcome unknown": isOutcomeUnknown(error),
      retryable: isRetryable(error),
    })
      .filter(([, holds]) => holds)
      .map(([guard]) => guard);
    expect(holding).toEqual(guards);
  });

  test.each(rows)("$name: no token, no foreign object and no line break in any form of it", async (row) => {
    const { error } = await failureOf(row.reply, row.act ?? list, row.options);
    const forms = [
      String(error),
      error.message,
      error.stack ?? "",
      inspect(error, { depth: 20, showHidden: true, getters: true }),
      inspect({ nested: [error] }),
      JSON.stringify(error),
      JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    ];
    for (const form of forms) {
      expect(form).not.toContain(token);
      expect(form.toLowerCase()).not.toContain("bearer ey");
    }
    expect(error.cause).toBeUndefined();
    expect(Object.values(error).filter((value) => typeof value === "object")).toEqual([]);
    expect(error.message).not.toMatch(/\p{Cc}|\p{Zl}/u);
    expect(error.message.length).toBeLessThan(2000);
  });
});

test("nothing listens: told after four attempts, and nothing was taken", async () => {
  const { client, calls } = clientFor({ url: await unusedUrl() });
  const error = await rejection(release(client));
  expect(error.name).toBe("LosantNetworkError");
  expect(error.message).toContain("could not reach 127.0.0.1:");
  expect(error["code"]).toBe("ECONNREFUSED");
  expect(isOutcomeUnknown(error)).toBe(false);
  expect(isRetryable(error)).toBe(true);
  expect(calls.map(({ status, attempt }) => [status, attempt])).toEqual([1, 2, 3, 4].map((n) => [undefined, n]));
});

test("a host that does not exist was never reached", async () => {
  const { client } = clientFor({ url: "https://losant.invalid" });
  const error = await rejection(release(client));
  expect(error.message).toMatch(/could not reach losant\.invalid: (?:ENOTFOUND|EAI_AGAIN)/);
  expect(isOutcomeUnknown(error)).toBe(false);
});

describe("the stack, which Pulumi's provider host prints beside the message", () => {
  test("is the message alone", async () => {
    const { error } = await failureOf(refusal(404, "NotFound", "gone"), list);
    expect(error.stack).toBe(`LosantNotFoundError: ${error.message}`);
  });

  test("has its frames with PULUMI_LOSANT_DEBUG", () => {
    const env = jest.replaceProperty(process, "env", { ...process.env, PULUMI_LOSANT_DEBUG: "1" });
    expect(new LosantError("x").stack).toContain("errors.test");
    env.restore();
  });
});

test("an error holds what is known, and no field that is not", () => {
  const error = new LosantError("x", { status: 404, code: undefined });
  expect(Object.keys(error).toSorted()).toEqual(["name", "status"]);
});
