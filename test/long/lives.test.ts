// A few random lives of a resource with the real CLI; hundreds without it are in test/property/lifecycle.test.ts.
// LIVES_SEED=<n> replays one.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

jest.setTimeout(300_000);

const DEVICES = 6;
/** Never declared here: whatever happens, it is as the hand left it. */
const FOREIGN = 5;

const aVersion = fc.constantFrom("v1", "v2", "v3");
const devices = fc.uniqueArray(fc.integer({ min: 0, max: FOREIGN - 1 }), { minLength: 1 });

const aStep = fc.oneof(
  fc.record({ do: fc.constant("declare" as const), version: fc.option(aVersion), devices }),
  fc.record({
    do: fc.constant("hand" as const),
    device: fc.integer({ min: 0, max: FOREIGN }),
    version: fc.option(aVersion),
  }),
  fc.record({ do: fc.constantFrom("refresh" as const, "preview" as const) }),
  fc.record({ do: fc.constant("fault" as const), cut: fc.constantFrom("before" as const, "after" as const) }),
);
const aLife = fc.array(aStep, { minLength: 4, maxLength: 6 });

let plant: Plant;
let project: Project;
beforeAll(async () => {
  plant = await createPlant({ devices: DEVICES, desiredDelayMs: 50 });
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const seed = Number(process.env["LIVES_SEED"] ?? Math.floor(Math.random() * 1e9));

test.each([0, 1])(
  `a random life ends as declared, and no foreign device has moved (seed ${seed} + %i)`,
  async (number) => {
    const [life = []] = fc.sample(aLife, { seed: seed + number, numRuns: 1 });
    let foreign: string | null = plant.desired()[FOREIGN] ?? null;
    let declared = { version: "v1" as string | null, devices: [0, 1] };
    for (const step of life) {
      switch (step.do) {
        case "declare":
          declared = { version: step.version, devices: step.devices };
          declare();
          await project.up();
          break;
        case "hand":
          plant.byHand(step.device, step.version);
          if (step.device === FOREIGN) foreign = step.version;
          break;
        case "fault":
          plant.simulator.fault({ method: "POST", cut: step.cut });
          break;
        default:
          declare();
          expect(await project[step.do]()).toMatchObject({ code: 0 });
      }
    }
    plant.simulator.clearFaults();
    declare();
    expect(await project.up()).toMatchObject({ code: 0 });
    const expected = Object.fromEntries(declared.devices.map((device) => [device, declared.version]));
    const live = plant.desired();
    for (const [device, version] of Object.entries(expected))
      expect([device, live[Number(device)] ?? null]).toEqual([device, version]);
    expect(live[FOREIGN] ?? null).toBe(foreign);
    plant.writes();
    expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual([]);

    function declare(): void {
      const { applicationId, flowId } = plant;
      const deviceIds = declared.devices.map((device) => plant.devices[device]);
      project.declare({ telemetry: { applicationId, flowId, version: declared.version, deviceIds, adopt: true } });
    }
  },
);
