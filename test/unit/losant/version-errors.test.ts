// Runtime errors of a version: pages by time become one list, whatever the largest page and whether `end` is included.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readErrorsSince } from "../../../provider/losant/version-errors.js";
import type { ErrorsQuery } from "../../../provider/losant/version-errors.js";
import type { RuntimeError } from "../../../provider/losant/types.js";
import { app, clientFor, flow, dev, ok, rejection, sent } from "./support.js";
import { startHttpServer } from "../../support/http-server.js";

const NOW = 1_800_000_000_000;
const SINCE = NOW - 60_000;
const error = (at: number, deviceId = "d"): RuntimeError => ({ deviceId, at });

/** A Losant with these errors, whose pages hold `most` at most. */
function answering(all: readonly RuntimeError[], { most = 1000, isEndIncluded = true, clock = NOW } = {}) {
  const asked: ErrorsQuery[] = [];
  const read = async (query: ErrorsQuery) => {
    asked.push(query);
    const end = query.end ?? clock;
    const start = end - query.duration;
    const found = all
      .filter(({ at }) => at >= start && (isEndIncluded || query.end === undefined ? at <= end : at < end))
      .toSorted((a, b) => b.at - a.at);
    return { start, errors: found.slice(0, Math.min(query.limit, most)) };
  };
  return { asked, read };
}

describe("errors since a moment", () => {
  test("none: one call, which reaches back that far, and ends now by Losant's clock", async () => {
    const { asked, read } = answering([error(SINCE - 1)]);
    expect(await readErrorsSince(SINCE, NOW, read)).toEqual({ errors: [], isComplete: true });
    expect(asked).toEqual([{ duration: 360_000, limit: 100, sortDirection: "desc" }]);
  });

  test("are asked for in whole milliseconds, whatever the clock counts in", async () => {
    const { asked, read } = answering([error(SINCE)], { clock: NOW + 3_600_000.5 });
    await readErrorsSince(SINCE + 0.3, NOW + 0.71, read);
    expect(asked.map(({ duration }) => Number.isInteger(duration))).toEqual(asked.map(() => true));
  });

  test("all of them, each once, in whatever pages Losant gives them", async () => {
    const moments = fc.array(fc.integer({ min: SINCE - 20, max: SINCE + 60 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(moments, fc.boolean(), fc.integer({ min: 12, max: 70 }), async (times, isEndIncluded, most) => {
        const counts = Map.groupBy(times, (at) => at);
        fc.pre([...counts.values()].every(({ length }) => length < 6));
        const all = times.map((at, index) => error(at, `d${index}`));
        const { errors, isComplete } = await readErrorsSince(SINCE, NOW, answering(all, { most, isEndIncluded }).read);
        const wanted = all.filter(({ at }) => at >= SINCE).map(({ deviceId }) => deviceId);
        expect(errors.map(({ deviceId }) => deviceId).toSorted()).toEqual(wanted.toSorted());
        expect(isComplete).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("more than are read: it says so", async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => error(SINCE + index));
    const { asked, read } = answering(many);
    const { errors, isComplete } = await readErrorsSince(SINCE, NOW, read);
    expect([isComplete, errors.length > 1_900, asked.length]).toEqual([false, true, 20]);
  });

  test("a clock here that is an hour behind Losant's loses none", async () => {
    const { asked, read } = answering([error(SINCE)], { clock: NOW + 3_600_000 });
    expect((await readErrorsSince(SINCE, NOW, read)).errors).toHaveLength(1);
    expect(asked[1]?.duration).toBe(360_000 + 3_300_000);
  });
});

describe("the call", () => {
  const answered = { time: "2027-01-15T08:00:00.000Z", deviceId: dev(1), flowVersion: "v2" };

  test("names the version, and asks for the newest first", async () => {
    const { method, path, query } = await sent({ errors: [] }, (client) =>
      client.listVersionErrors(app, flow, "v 2/x", Date.now()),
    );
    expect([method, path]).toEqual(["GET", `/applications/${app}/flows/${flow}/versions/v%202%2Fx/errors`]);
    expect([query.get("sortDirection"), query.get("limit"), query.get("end")]).toEqual(["desc", "100", null]);
  });

  test("reads node and message, as one short line that does nothing in a terminal", async () => {
    const message = `cannot read\n\u001b[31mregister\u202e 4${"!".repeat(300)}`;
    await using server = await startHttpServer([
      ok({ errors: [{ ...answered, nodeId: "n1", nodeLabel: "Read PLC", error: { name: "TypeError", message } }] }),
      ok({ errors: [] }),
    ]);
    const { errors } = await clientFor(server).client.listVersionErrors(app, flow, "v2", 0);
    expect(errors).toEqual([
      {
        deviceId: dev(1),
        at: Date.parse(answered.time),
        nodeId: "n1",
        nodeLabel: "Read PLC",
        name: "TypeError",
        message: `cannot read \\u{1b}[31mregister\\u{202e} 4${"!".repeat(172)}...`,
      },
    ]);
  });

  test.each([
    ["no device", { ...answered, deviceId: undefined }, "errors[0].deviceId"],
    ["no time", { ...answered, time: "yesterday" }, "errors[0].time"],
    ["another version", { ...answered, flowVersion: "v1" }, 'errors[0].flowVersion: is not the version "v2"'],
  ])("an error with %s is unreadable", async (_name, entry, problem) => {
    await using server = await startHttpServer([ok({ errors: [entry] })]);
    const thrown = await rejection(clientFor(server).client.listVersionErrors(app, flow, "v2", 0));
    expect([thrown.name, thrown.message]).toEqual(["LosantAnswerError", expect.stringContaining(problem)]);
  });
});
