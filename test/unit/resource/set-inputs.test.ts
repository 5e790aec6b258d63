// What the rollout of an EdgeDeploymentSet takes, and how bad input is answered.
import { expect, test } from "@jest/globals";
import { UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { checkSet, parseSet } from "../../../provider/resource/set-inputs.js";

const APP = "a".repeat(24);
const [ONE, TWO] = ["1".repeat(24), "2".repeat(24)];
const [DEVICE, OTHER] = ["d".repeat(24), "c".repeat(24)];
const good = {
  applicationId: APP,
  deviceIds: [DEVICE, OTHER],
  rollout: { batches: [1, "100%"] },
  workflows: { telemetry: { flowId: ONE, version: "v1" }, vibration: { flowId: TWO, version: null } },
};
const failures = (more: object): string[] =>
  checkSet({ ...good, ...more }).failures.map(({ property, reason }) => `${property}: ${reason}`);

test("what check accepts is read back whole, devices as a sorted set", () => {
  const { inputs, failures: none } = checkSet({ ...good, __provider: "stub" });
  expect(none).toEqual([]);
  expect(inputs).toEqual({ ...good, deviceIds: [OTHER, DEVICE], __provider: "stub" });
  expect(parseSet(inputs)).toEqual({ ...good, deviceIds: [OTHER, DEVICE] });
});

test("a member that is refused is named; what all of them share is said once", () => {
  expect(failures({ workflows: { ...good.workflows, vibration: { flowId: "x", version: "" } } })).toEqual([
    'workflows.vibration.flowId: "x" is not a Losant id, which has 24 hexadecimal digits; open the workflow in Losant: the id is in its address',
    'workflows.vibration.version: "" is not a version: name the version to run, or null to have the workflow removed',
  ]);
  expect(failures({ deviceIds: ["x"] })).toHaveLength(1);
  expect(failures({ rollout: { batches: [5, 2] } })).toHaveLength(1);
  expect(failures({ maxDevices: 1 })).toEqual([
    expect.stringMatching(/^maxDevices: 2 devices are declared, but maxDevices allows 1/),
  ]);
});

test("no workflow, and one workflow twice, are refused", () => {
  for (const workflows of [{}, undefined, null, []])
    expect(failures({ workflows })[0]).toMatch(/^workflows: .* names no workflow/);
  const twice = { a: { flowId: ONE, version: "v1" }, b: { flowId: ONE.toUpperCase(), version: "v2" } };
  expect(failures({ workflows: twice })).toEqual([
    'workflows.b.flowId: the same workflow as "a": a device runs one version of a workflow',
  ]);
});

test("failed runs are refused in one sentence: they are counted by workflow, and a device has several", () => {
  expect(failures({ rollout: { health: { failedRuns: "2%" } } })).toEqual([
    "rollout.health.failedRuns: the runs of several workflows are not judged together: leave it out, and judge by errors",
  ]);
  expect(failures({ rollout: { health: { errors: { max: 0 }, failedRuns: "2%" } } })).toHaveLength(1);
  expect(failures({ rollout: { health: { errors: { max: 0 } } } })).toEqual([]);
});

test("what is not known yet is not judged", () => {
  expect(failures({ workflows: UNKNOWN_GUID })).toEqual([]);
  expect(failures({ workflows: { a: { flowId: UNKNOWN_GUID, version: "v1" } } })).toEqual([]);
});
