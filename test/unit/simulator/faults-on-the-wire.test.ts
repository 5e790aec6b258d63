// Each fault as a client meets it, by plain node:http.
import { Agent } from "node:http";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { faultCatalogue } from "pulumi-losant/simulator";
import type { FaultEffect } from "pulumi-losant/simulator";
import { answerTo, ask, failureOf, headersOf } from "./raw-http.js";
import { bench, eventually } from "./support.js";
import type { Bench } from "./support.js";

const releaseBody = (losant: Bench) => ({ flowId: losant.flow(), version: "v1", deviceIds: [losant.device(0)] });
const release = (losant: Bench) => ask(losant, "/edge/deployments/release", { body: releaseBody(losant) });
const DONE = { 0: "v1>-" };
const NOT_DONE = {};

/** A release under a fault, and the same release without one. */
async function released(effect: FaultEffect) {
  await using losant = await bench();
  losant.simulator.fault(effect);
  const answer = await answerTo(release(losant));
  const versions = losant.versions();
  const real = await answerTo(release(losant));
  return { answer, versions, real, recorded: losant.simulator.calls.map(({ status }) => status) };
}

describe("the connection is reset", () => {
  test.each([
    ["before", NOT_DONE],
    ["after", DONE],
  ] as const)("%s the effect", async (cut, versions) => {
    await using losant = await bench();
    losant.simulator.fault({ cut });
    expect(await failureOf(release(losant))).toBe("read ECONNRESET");
    expect(losant.versions()).toEqual(versions);
    expect(losant.simulator.calls).toMatchObject([{ method: "POST", status: undefined }]);
  });
});

describe("the answer stalls", () => {
  test.each([
    ["before", NOT_DONE],
    ["after", DONE],
  ] as const)("%s the effect, without headers", async (stall, versions) => {
    await using losant = await bench();
    losant.simulator.fault({ stall });
    const sent = release(losant).on("error", () => {});
    let isAnswered = false;
    sent.once("response", () => (isAnswered = true));
    await eventually(() => losant.simulator.calls.length === 1);
    // The simulator is not blocked.
    expect((await losant.get("/devices")).status).toBe(200);
    expect(losant.versions()).toEqual(versions);
    expect(losant.simulator.calls[0]).toMatchObject({ method: "POST", status: undefined });
    expect(isAnswered).toBe(false);
    sent.destroy();
  });

  test("in the middle of the body", async () => {
    await using losant = await bench();
    losant.simulator.fault({ stall: "body" });
    const answer = await headersOf(release(losant));
    let received = 0;
    let isEnded = false;
    answer
      .on("data", (chunk: Buffer) => (received += chunk.length))
      .on("error", () => {})
      .once("end", () => (isEnded = true));
    const promised = Number(answer.headers["content-length"]);
    await eventually(() => received > 0);
    expect((await losant.get("/devices")).status).toBe(200);
    expect([answer.statusCode, received, isEnded]).toEqual([202, Math.ceil(promised / 2), false]);
    expect(losant.versions()).toEqual(DONE);
    answer.destroy();
  });

  test("and ends when the simulator closes", async () => {
    const losant = await bench();
    losant.simulator.fault({ stall: "after" });
    const sent = release(losant);
    const failed = failureOf(sent);
    await eventually(() => losant.simulator.calls.length === 1);
    await losant.simulator.close();
    expect(await failed).toBe("socket hang up ECONNRESET");
  });
});

describe("the body", () => {
  test("drips, one byte at a time", async () => {
    const { answer, real, versions } = await released({ dripMs: 1 });
    expect(answer.isComplete).toBe(true);
    expect(answer.body).toEqual(real.body);
    expect(answer.chunks).toBeGreaterThan(1);
    expect(real.chunks).toBe(1);
    expect(versions).toEqual(DONE);
  });

  test("ends before Content-Length is reached", async () => {
    const { answer, real } = await released({ garbled: "truncated" });
    expect(answer.isComplete).toBe(false);
    expect(answer.headers["content-length"]).toBe(String(real.body.length));
    expect(answer.body).toEqual(real.body.subarray(0, Math.ceil(real.body.length / 2)));
  });

  test("ends with the connection, also where the client keeps connections open", async () => {
    await using losant = await bench();
    const agent = new Agent({ keepAlive: true });
    losant.simulator.fault({ garbled: "truncated" });
    expect((await answerTo(ask(losant, "/devices", { agent }))).isComplete).toBe(false);
    agent.destroy();
  });

  test("is half of the JSON, and complete for HTTP", async () => {
    const { answer, real } = await released({ garbled: "cutJson" });
    expect(answer.isComplete).toBe(true);
    expect(answer.body).toEqual(real.body.subarray(0, Math.floor(real.body.length / 2)));
  });

  test.each([
    ["empty", "application/json", ""],
    ["null", "application/json", "null"],
    ["wrongShape", "application/json", '{"data":[[1,"two",null]]}'],
    ["html", "text/html", "<html>not what you expect</html>"],
  ] as const)("is %s", async (garbled, type, text) => {
    const { answer } = await released({ garbled });
    expect([answer.headers["content-type"], answer.body.toString(), answer.isComplete]).toEqual([type, text, true]);
  });

  test.each<FaultEffect>([
    { garbled: "truncated" },
    { garbled: "cutJson" },
    { garbled: "empty" },
    { garbled: "null" },
    { garbled: "wrongShape" },
    { garbled: "html" },
    { badJson: true },
    { padBytes: 10 },
  ])("spoilt by %j has the real status, and the call its effect", async (effect) => {
    const { answer, versions, recorded } = await released(effect);
    expect([answer.status, recorded]).toEqual([202, [202, 202]]);
    expect(versions).toEqual(DONE);
  });

  test("is huge, and good JSON all the same", async () => {
    const { answer, real } = await released({ padBytes: 3_000_000 });
    expect(answer.body.length).toBe(3_000_000 + real.body.length);
    expect(JSON.parse(answer.body.toString())).toEqual(JSON.parse(real.body.toString()));
  });

  test("is small on the wire, and huge once it is unpacked", async () => {
    const { answer, real } = await released({ padBytes: 30_000_000, gzip: true });
    expect(answer.headers["content-encoding"]).toBe("gzip");
    expect(answer.body.length).toBeLessThan(100_000);
    const unpacked = gunzipSync(answer.body);
    expect(unpacked.length).toBe(30_000_000 + real.body.length);
    expect(JSON.parse(unpacked.toString())).toEqual(JSON.parse(real.body.toString()));
  });

  test("that is huge may be left unread: the simulator goes on", async () => {
    await using losant = await bench();
    losant.simulator.fault({ padBytes: 1e12 });
    const answer = await headersOf(ask(losant, "/devices"));
    answer.on("error", () => {}).destroy();
    expect((await losant.get("/devices")).status).toBe(200);
  });
});

describe("another status", () => {
  test.each([
    [7, "7"],
    [new Date("2026-05-05T12:00:00Z"), "Tue, 05 May 2026 12:00:00 GMT"],
    [315_360_000, "315360000"],
    ["soon", "soon"],
    [undefined, undefined],
  ])("comes with Retry-After: %s", async (retryAfter, header) => {
    const { answer, versions } = await released({ status: 429, retryAfter });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([429, header]);
    expect(versions).toEqual(NOT_DONE);
  });

  test("may hide that the call has had its effect", async () => {
    const { answer, versions } = await released({ status: 502, takesEffect: true });
    expect(answer.status).toBe(502);
    expect(versions).toEqual(DONE);
  });

  test.each([undefined, 302] as const)("may lead to another host (%s)", async (redirectStatus) => {
    const redirect = "http://losant.invalid/applications";
    const { answer, versions } = await released({ redirect, redirectStatus });
    expect([answer.status, answer.headers.location]).toEqual([redirectStatus ?? 307, redirect]);
    expect(versions).toEqual(NOT_DONE);
  });
});

describe("the catalogue of faults", () => {
  const withStatus = Object.entries(faultCatalogue()).filter(([name]) => /^\d{3}/.test(name));

  test.each(withStatus)("%s answers that status", async (name, effect) => {
    const { answer, versions } = await released(effect);
    expect(answer.status).toBe(Number(name.slice(0, 3)));
    expect(answer.headers["content-type"]).toMatch(
      /html/i.test(answer.body.toString()) ? /^text\/html/ : /^application\/json/,
    );
    expect(versions).toEqual(name.includes("after the effect") ? DONE : NOT_DONE);
  });

  test("dates a Retry-After from the given time, and sends redirects to the given address", () => {
    const { "429 with a date": dated, "redirect to another host": away } = faultCatalogue({
      now: 0,
      otherUrl: "http://x",
    });
    expect([dated, away]).toEqual([expect.objectContaining({ retryAfter: new Date(2000) }), { redirect: "http://x" }]);
  });
});
