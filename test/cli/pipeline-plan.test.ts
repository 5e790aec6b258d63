// plan and deploy --plan by the built command: what was approved is what moves, or nothing.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploy, planFrom, report } from "pulumi-losant/pipeline";
import { pulumiLosant, stackOf } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(deviceIds: readonly string[], version = "v1"): void {
  const { applicationId, flowId } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds } });
}

const file = (name: string): string => readFileSync(join(project.dir, name), "utf8");

test("a plan says what would move, moves nothing, and warns of a device and a version that are not there", async () => {
  declare([...plant.devices.slice(0, 2), "dead0000000000000000beef"], "v99");
  const { code, stdout } = await pulumiLosant(project, ["plan", "--stack", "dev", "--out", "bad.json"]);
  expect(code).toBe(3);
  expect(stdout).toContain("**`deploy` would be refused by `failOn`**");
  expect(stdout).toContain("2 warnings of the preview (unknown-version, unknown-device)");
  expect(stdout).toContain("1 device not in application");
  expect(stdout).toContain("not deployed → `v99` | 3 |");
  expect(plant.writes()).toEqual([]);
});

test("deploy --plan does nothing after a change by hand, and says what changed", async () => {
  declare(plant.devices.slice(0, 2));
  const planned = await pulumiLosant(project, "plan --stack dev --out plan.json --markdown plan.md".split(" "));
  expect({ code: planned.code, stdout: planned.stdout }).toEqual({ code: 0, stdout: "" });
  expect(file("plan.md")).toMatch(/^## dev: 2 devices would move ✅\n[^]*not deployed → `v1` \| 2 \|[^]*Plan `sha256:/);
  expect(file("plan.json")).not.toContain(plant.token);

  plant.byHand(1, "v4");
  const refused = await pulumiLosant(project, "deploy --stack dev --plan plan.json --json report.json".split(" "));
  expect(refused.code).toBe(3);
  expect(plant.writes()).toEqual([]);
  expect(report.parse(JSON.parse(file("report.json")))).toMatchObject({
    stacks: [
      {
        outcome: "refused",
        refusal: {
          gate: "approved",
          changes: [{ deviceId: plant.devices[1], was: 'not deployed -> "v1"', is: '"v4" -> "v1"' }],
        },
      },
    ],
  });

  plant.byHand(1, null);
});

test("what changes after the comparison is refused before the call", async () => {
  // After the comparison, and before the calls: the program declares one more device.
  const late = await deploy(
    await stackOf(project),
    { approved: planFrom(file("plan.json")) },
    {
      onEvent: ({ type, phase }) => {
        if (type === "phase" && phase === "up") declare(plant.devices.slice(0, 3));
      },
    },
  );
  expect(late).toMatchObject({
    outcome: "refused",
    refusal: {
      gate: "approved",
      changes: [{ resource: "telemetry", deviceId: plant.devices[2], was: "not in the plan" }],
    },
    writeCalls: 0,
  });
  expect(plant.writes()).toEqual([]);
});

test("what was approved is done, once", async () => {
  declare(plant.devices.slice(0, 2));
  const done = await pulumiLosant(project, "deploy --stack dev --plan plan.json".split(" "));
  expect(done.code).toBe(0);
  expect(plant.writes()).toEqual(["release v1 x2"]);
  const again = await pulumiLosant(project, "deploy --stack dev --plan plan.json".split(" "));
  expect(again.code).toBe(3);
  expect(plant.writes()).toEqual([]);
});
