import { describe, expect, test } from "@jest/globals";
import { checkInputs } from "../../../provider/resource/inputs.js";
import type { DeviceView, Fleet } from "../../../provider/resource/fleet.js";
import { liveOf } from "../../../provider/resource/live.js";
import { savedOf } from "../../../provider/resource/state.js";
import type { Saved } from "../../../provider/resource/state.js";

const saved: Saved = {
  inputs: {
    applicationId: "575ec8687ae143cd83dc4a97",
    flowId: "575ed18f7ae143cd83dc4aa6",
    version: "v2",
    deviceIds: ["a", "b", "c"],
    rollout: { batches: [1] },
  },
  leaving: [],
  unfinished: true,
};
const view = (deviceId: string, desired: string, current = desired, more: Partial<DeviceView> = {}): DeviceView => ({
  deviceId,
  desired,
  current,
  sameContent: true,
  ...more,
});
const fleet = (...views: DeviceView[]): Fleet => new Map(views.map((one) => [one.deviceId, one]));
const failure = { attemptedVersion: "v2", error: "no room" };

describe("the state after a rollout that stopped", () => {
  const stopped = fleet(view("a", "v2", "v1", { failure }), view("b", "v1"), view("c", "v1"));
  const { outputs, inputs } = liveOf(saved, stopped);

  test("remembers that it is unfinished, through any number of refreshes", () => {
    expect(outputs).toMatchObject({ status: "failed", __losant: { schema: 2, rollout: "unfinished" } });
    const again = savedOf({ ...outputs }) as Saved;
    expect(again.unfinished).toBe(true);
    expect(liveOf(again, stopped)).toEqual({ outputs, inputs, moved: [], gone: false });
  });

  test("shows it in the preview, as a property that no program declares", () => {
    expect(inputs.unfinishedRollout).toBe("0 of 3 devices at v2, 1 failed, 2 not released");
    expect(checkInputs({ ...saved.inputs, deviceIds: ["a".repeat(24)], unfinishedRollout: "x" })).toMatchObject({
      failures: [],
      inputs: { version: "v2" },
    });
  });

  test("shows it where nothing drifted and only a device failed", () => {
    const live = liveOf(saved, fleet(view("a", "v2"), view("b", "v2"), view("c", "v2", "v1", { failure })));
    expect(live.outputs).toMatchObject({ status: "failed", drift: [] });
    expect(live.inputs.unfinishedRollout).toBe("2 of 3 devices at v2, 1 failed");
  });

  test("is pending, not drifted, where nobody failed: nobody moved these devices", () => {
    const live = liveOf(saved, fleet(view("a", "v2"), view("b", "v1"), view("c", "v1")));
    expect(live.outputs.status).toBe("pending");
    expect(live.inputs.unfinishedRollout).toBe("1 of 3 devices at v2, 2 not released");
  });

  test("after a rollback shows the version that runs, and what is declared is not lost", () => {
    const live = liveOf(saved, fleet(view("a", "v1"), view("b", "v1"), view("c", "v1")));
    expect(live.outputs).toMatchObject({ version: "v1", __losant: { version: "v2", rollout: "unfinished" } });
    expect(live.inputs.version).toBe("v1");
    expect(savedOf({ ...live.outputs })?.inputs.version).toBe("v2");
  });

  test("forgets it once every device runs the version after all", () => {
    const live = liveOf(saved, fleet(view("a", "v2"), view("b", "v2"), view("c", "v2")));
    expect(live.outputs).toMatchObject({ status: "deployed", __losant: { schema: 2 } });
    expect(live.outputs.__losant).toEqual({ schema: 2 });
    expect(live.inputs).toEqual(saved.inputs);
  });
});

test("a rollout that ended leaves no mark, also where offline devices are pending", () => {
  const live = liveOf({ ...saved, unfinished: false }, fleet(view("a", "v2"), view("b", "v2"), view("c", "v2", "v1")));
  expect(live.outputs).toMatchObject({ status: "pending", __losant: { schema: 2 } });
  expect(live.outputs.__losant).toEqual({ schema: 2 });
  expect(live.inputs).toEqual(saved.inputs);
});
