// What `onEvent` is told: of batches and devices from the provider's records, of the plan, and in which order. A handler
// that throws changes nothing of the run.
import { describe, expect, jest, test } from "@jest/globals";
import { deploy, plan } from "../../../sdk/pipeline/index.js";
import type { PipelineEvent } from "../../../sdk/pipeline/index.js";
import { deviceEventReader } from "../../../sdk/pipeline/engine/device-events.js";
import { playedStack } from "./played-stack.js";
import { device, ID, recorded, started, state, step } from "./support.js";

const MOVED = recorded({
  kind: "applied",
  id: ID,
  calls: [{ verb: "release", why: "w" }],
  moved: [{ from: "v1", to: "v2", deviceIds: [device(0), device(1)] }],
  names: {},
});
const BATCH = recorded({ kind: "batch", id: ID, version: "v2", batch: 1, batches: 2, deviceIds: [device(0)] });
const REACHED = recorded({
  kind: "reached",
  id: ID,
  devices: [
    { deviceId: device(0), version: "v2" },
    { deviceId: device(1), version: "v2", error: "no room for token t0ken" },
  ],
});

describe("batches and devices", () => {
  const read = (...events: Parameters<ReturnType<typeof deviceEventReader>>[0][]) => {
    const reader = deviceEventReader((text) => text.replace("t0ken", "[secret]"), new Map([[device(0), "line-0"]]));
    return events.flatMap(reader);
  };

  test("have the resource, and the names that the plan knows", () => {
    const update = started("update", state({}), state({ version: "v2" }));
    const resource = { name: "telemetry", edgeDeployment: true };
    expect(read(update, BATCH, MOVED)).toMatchObject([
      { type: "batch", batch: 1, batches: 2, version: "v2", deviceIds: [device(0)], resource },
      { type: "device", status: "moved", deviceId: device(0), name: "line-0", from: "v1", to: "v2", resource },
      { type: "device", status: "moved", deviceId: device(1), from: "v1", to: "v2", resource },
    ]);
  });

  test("say which device runs the version, and why another one does not, without a token", () => {
    expect(read(REACHED)).toEqual([
      { type: "device", status: "running", deviceId: device(0), name: "line-0", to: "v2" },
      { type: "device", status: "failed", deviceId: device(1), to: "v2", error: "no room for token [secret]" },
    ]);
  });

  test("of a resource that is created, which has no id yet, are found by its workflow; of two, by the name", () => {
    const create = (name: string) => started("create", null, state({ version: "v2" }, true), name);
    const nameOf = (...events: Parameters<typeof read>) =>
      read(...events).map((event) => event.resource?.name ?? "not known");
    expect(nameOf(create("telemetry"), BATCH)).toEqual(["telemetry"]);
    expect(nameOf(create("telemetry"), create("other"), BATCH)).toEqual(["not known"]);
    const named = recorded({
      kind: "batch",
      id: ID,
      name: "other",
      version: "v2",
      batch: 1,
      batches: 1,
      deviceIds: [],
    });
    expect(nameOf(create("telemetry"), create("other"), named)).toEqual(["other"]);
    // Once it is there, its id says so.
    const done = step("create", null, state({ version: "v2" }), "other");
    expect(nameOf(create("telemetry"), create("other"), done, BATCH)).toEqual(["other"]);
  });
});

const UPDATE = [step("update", state({}), state({ version: "v2" }))];

describe("a deployment", () => {
  const stack = () => playedStack({ preview: UPDATE, up: [started("update", state({}), state({})), MOVED, ...UPDATE] });
  const inShort = (event: PipelineEvent): string => {
    if (event.type === "phase") return `${event.phase} ${event.status}`;
    return event.type === "device" ? `device ${event.status}` : event.type;
  };

  test("tells phases, resources and devices in order, and the plan between preview and up", async () => {
    const events: PipelineEvent[] = [];
    const result = await deploy(stack(), {}, { onEvent: (event) => events.push(event) });
    expect(events.map(inShort)).toEqual([
      "preview started",
      "resource",
      "preview ended",
      "plan",
      "up started",
      "resource",
      "device moved",
      "device moved",
      "resource",
      "up ended",
    ]);
    const told = events.find((event) => event.type === "plan");
    expect(told?.plan).toEqual(result.plan);
    expect(result).toMatchObject({ outcome: "deployed", plan: { devicesMoved: 2 } });
  });

  test("that a gate refuses has told its plan", async () => {
    const types: string[] = [];
    const result = await deploy(stack(), { maxDevices: 1 }, { onEvent: ({ type }) => types.push(type) });
    expect(result.outcome).toBe("refused");
    expect(types.at(-1)).toBe("plan");
  });

  test("so has `plan`; one whose preview fails has none", async () => {
    const types = async (preview: Parameters<typeof playedStack>[0]["preview"]): Promise<string[]> => {
      const told: string[] = [];
      await plan(playedStack({ preview }), {}, { onEvent: ({ type }) => told.push(type) });
      return told;
    };
    expect(await types(UPDATE)).toEqual(["phase", "resource", "phase", "plan"]);
    expect(await types(new Error("no"))).toEqual(["phase", "phase"]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("display broken");
      },
    ],
    ["is async and rejects", async () => Promise.reject(new Error("display broken"))],
  ])("goes on where the handler %s: a warning, once", async (_what, broken) => {
    const warn = jest.spyOn(process, "emitWarning").mockReturnValue();
    let told = 0;
    const onEvent = (): unknown => {
      told += 1;
      return broken();
    };
    const result = await deploy(stack(), {}, { onEvent });
    await new Promise((resolve) => setImmediate(resolve));
    const warnings = warn.mock.calls;
    warn.mockRestore();
    expect(result.outcome).toBe("deployed");
    expect(told).toBe(10);
    expect(warnings).toEqual([
      [
        "onEvent threw: display broken. The run goes on, and further errors of it are not shown.",
        { type: "PulumiLosantWarning" },
      ],
    ]);
  });
});
