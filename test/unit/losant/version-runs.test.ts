// Runs of a version, on the wire: what is asked, and which answers are unreadable.
import { expect, test } from "@jest/globals";
import { startHttpServer } from "../../support/http-server.js";
import { app, clientFor, flow, ok, rejection, sent } from "./support.js";

const device = "d".repeat(24);
const metric = { time: "2026-11-27T07:00:00.000Z", runCount: 4, pathsFailed: 1, pathsCompleted: 9, wallTime: 3 };
const asked = { since: Date.now() - 60_000, deviceId: device, resolutionMs: 60_000 };

test("names version, device and resolution, for whole stretches that reach further back than asked", async () => {
  const answer = { resolution: 60_000, metrics: [metric] };
  const { method, path, query } = await sent(answer, (client) => client.countVersionRuns(app, flow, "v 2/x", asked));
  expect([method, path]).toEqual(["GET", `/applications/${app}/flows/${flow}/versions/v%202%2Fx/stats`]);
  expect([query.get("resolution"), query.get("deviceId")]).toEqual(["60000", device]);
  expect(Number(query.get("duration")) % 60_000).toBe(0);
  expect(Number(query.get("duration"))).toBeGreaterThanOrEqual(360_000);
});

test("a clock here that is behind Losant's misses none: it asks once more, as far back as the answer says", async () => {
  const since = Date.parse("2030-01-01T00:00:00.000Z");
  const times = { start: "2030-01-01T01:00:00.000Z", end: "2030-01-01T02:00:00.000Z", resolution: 60_000 };
  await using server = await startHttpServer([ok({ ...times, metrics: [] }), ok({ metrics: [metric] })]);
  const found = await clientFor(server).client.countVersionRuns(app, flow, "v2", { ...asked, since });
  expect(found).toMatchObject({
    resolutionMs: 60_000,
    stretches: [{ at: Date.parse(metric.time), runs: 4, failedPaths: 1 }],
  });
});

test("the resolution of the answer counts, not the one that was asked for", async () => {
  await using server = await startHttpServer([ok({ resolution: 3_600_000, metrics: [] })]);
  const { resolutionMs } = await clientFor(server).client.countVersionRuns(app, flow, "v2", asked);
  expect(resolutionMs).toBe(3_600_000);
});

test.each([
  ["another version", { flowVersion: "v1", metrics: [] }, 'flowVersion: is not the version "v2"'],
  ["another device", { deviceId: "e".repeat(24), metrics: [] }, "deviceId: is not the device"],
  ["no list of stretches", { flowVersion: "v2" }, "metrics"],
  ["a stretch without a count of failures", { metrics: [{ ...metric, pathsFailed: undefined }] }, "pathsFailed"],
  ["a stretch without a time", { metrics: [{ ...metric, time: null }] }, "time"],
  ["a stretch of less than no runs", { metrics: [{ ...metric, runCount: -1 }] }, "runCount"],
])("an answer with %s is unreadable: what is missing is not zero", async (_name, answer, problem) => {
  await using server = await startHttpServer([ok(answer)]);
  const thrown = await rejection(clientFor(server).client.countVersionRuns(app, flow, "v2", asked));
  expect([thrown.name, thrown.message]).toEqual(["LosantAnswerError", expect.stringContaining(problem)]);
});
