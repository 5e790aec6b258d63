import { describe, expect, test } from "@jest/globals";
import { checkGates, refusalOf } from "../../../sdk/pipeline/gates/gates.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { healthIn } from "../../../sdk/pipeline/engine/health.js";
import { planIn } from "../../../sdk/pipeline/engine/planned.js";
import { device, moved, SECRET_VALUE, showing, state, step, UNKNOWN_VALUE } from "./support.js";

const plan = planIn(engineFacts([step("update", state({}), state({ version: "v2" }, true))]));
const clean = healthIn(engineFacts([step("refresh", state({}), state({}))]));
const drift = [moved(1, "v1", "v3")];
const drifted = healthIn(engineFacts([step("refresh", state({}), state({ drift }))]));
const unfinished = healthIn(
  engineFacts([step("refresh", state({ drift, initErrors: ["stopped"] }), state({ drift }))]),
);

test("without gates a clean stack goes on", async () => {
  expect(await refusalOf({}, plan, clean)).toBeUndefined();
});

describe("allowDrift", () => {
  test("unless it is given, drift refuses, and the reason names device, versions and who", async () => {
    expect(await refusalOf({}, plan, drifted)).toEqual({
      gate: "allowDrift",
      reason: expect.stringMatching(
        /1 device moved outside of Pulumi \(telemetry: d0+1 is at v3 instead of v1 by user 5b/,
      ),
    });
  });

  test("given, the run goes on", async () => {
    expect(await refusalOf({ allowDrift: true }, plan, drifted)).toBeUndefined();
  });

  test("what a stopped run left behind does not refuse: the next run is how it ends", async () => {
    expect(await refusalOf({}, plan, unfinished)).toBeUndefined();
  });
});

describe("maxDevices", () => {
  test("at the limit the run goes on, one more refuses with the numbers", async () => {
    expect(await refusalOf({ maxDevices: 2 }, plan, clean)).toBeUndefined();
    expect(await refusalOf({ maxDevices: 1 }, plan, clean)).toEqual({
      gate: "maxDevices",
      reason: expect.stringMatching(/would move 2 devices \(telemetry: 2\), and maxDevices allows 1/),
    });
  });

  test("0 means that nothing may move", async () => {
    expect((await refusalOf({ maxDevices: 0 }, plan, clean))?.gate).toBe("maxDevices");
  });

  test.each([-1, 1.5, Number.NaN])("%p is refused before anything is looked at", (maxDevices) => {
    expect(() => checkGates({ maxDevices })).toThrow(`maxDevices: ${maxDevices} is not a number of devices`);
  });
});

describe("maxDevices where the preview cannot count", () => {
  const planOf = (properties: Record<string, unknown>) =>
    planIn(engineFacts([step("create", null, showing(state({}, true), properties))]));

  test.each([
    ["an output", { deviceIds: UNKNOWN_VALUE }, /deviceIds of telemetry is an output .*`pulumi up --target`/],
    ["an unknown version", { version: UNKNOWN_VALUE }, /version of telemetry is an output/],
    ["a secret list", { deviceIds: SECRET_VALUE }, /deviceIds of telemetry is secret.*`losant:preflight`/],
    ["a new exclusive", { exclusive: true }, /telemetry becomes exclusive.*`losant:preflight`/],
  ])("is closed: %s, with resource, property and way out", async (_what, properties, reason) => {
    expect(await refusalOf({ maxDevices: 1000 }, planOf(properties), [])).toEqual({
      gate: "maxDevices",
      reason: expect.stringMatching(reason),
    });
  });

  test("each gap is named, each way out once", async () => {
    const reason = (await refusalOf({ maxDevices: 9 }, planOf({ deviceIds: UNKNOWN_VALUE, flowId: UNKNOWN_VALUE }), []))
      ?.reason;
    expect(reason).toMatch(/deviceIds of telemetry .*; flowId of telemetry /);
    expect(reason?.match(/--target/g)).toHaveLength(1);
  });

  test("what is known may be too much already", async () => {
    const plan = planOf({ deviceIds: [device(0), device(1), UNKNOWN_VALUE] });
    expect((await refusalOf({ maxDevices: 1 }, plan, []))?.reason).toContain("would move at least 2 devices");
  });

  test("without maxDevices nobody asked for a count", async () => {
    expect(await refusalOf({}, planOf({ deviceIds: UNKNOWN_VALUE }), [])).toBeUndefined();
  });
});

describe("requirePlan", () => {
  test.each([[true], [undefined]])("answering %p goes on", async (verdict) => {
    expect(await refusalOf({ requirePlan: () => verdict }, plan, clean)).toBeUndefined();
  });

  test("answering false or a sentence refuses", async () => {
    expect((await refusalOf({ requirePlan: () => false }, plan, clean))?.gate).toBe("requirePlan");
    expect(await refusalOf({ requirePlan: async () => "not on Fridays" }, plan, clean)).toEqual({
      gate: "requirePlan",
      reason: "not on Fridays",
    });
  });

  test("throwing refuses: a gate that breaks is not an open gate", async () => {
    const requirePlan = () => {
      throw new Error("ticket system is down");
    };
    expect((await refusalOf({ requirePlan }, plan, clean))?.reason).toBe("ticket system is down");
  });

  test("sees the plan and the state of the fleet, and only after the other gates", async () => {
    const seen: unknown[] = [];
    const requirePlan = (...args: unknown[]): void => void seen.push(args);
    await refusalOf({ maxDevices: 1, requirePlan }, plan, clean);
    expect(seen).toEqual([]);
    await refusalOf({ requirePlan }, plan, clean);
    expect(seen).toEqual([[plan, clean]]);
  });
});
