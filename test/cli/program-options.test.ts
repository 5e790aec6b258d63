// Options of Pulumi, and values that are not known yet: what the preview says of them is what `up` does.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { said } from "../support/diagnostics.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant();
  project = await projectAt(plant, { refreshAlways: false });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

interface Declared {
  readonly device: number;
  /** Source text. */
  readonly args?: string;
  readonly options?: string;
}

function write(resources: Readonly<Record<string, Declared>>): void {
  const { applicationId, flowId, otherFlowId, devices } = plant;
  const declared = Object.entries(resources).map(
    ([name, { device, args = "", options = "{}" }]) => `new losant.EdgeDeployment("${name}", {
      applicationId, flowId, version: "v1", deviceIds: [devices[${device}]], ${args} }, ${options});`,
  );
  project.write(`
    import * as pulumi from "@pulumi/pulumi";
    import * as losant from "pulumi-losant";
    const { applicationId, flowId, otherFlowId, devices } = ${JSON.stringify({ applicationId, flowId, otherFlowId, devices })};
    class Late extends pulumi.dynamic.Resource {
      constructor(name, value) {
        super({ create: async (inputs) => ({ id: "1", outs: { late: inputs.value } }) }, name, { value, late: undefined });
      }
    }
    ${declared.join("\n")}
  `);
}

test("replaceOnChanges, retainOnDelete of a replaced resource and an unknown workflow have their line", async () => {
  const before = {
    kept: { device: 1, options: "{ retainOnDelete: true }" },
    late: { device: 2 },
    still: { device: 3 },
  };
  write({ ...before, moved: { device: 0 }, unkept: { device: 0, args: "flowId: otherFlowId" } });
  expect((await project.up()).code).toBe(0);

  write({
    moved: { device: 0, args: 'version: "v2"', options: '{ replaceOnChanges: ["version", "flowId"] }' },
    kept: { device: 1, args: "flowId: otherFlowId", options: "{ retainOnDelete: true }" },
    late: { device: 2, args: 'flowId: new Late("workflow", flowId).late' },
    // deviceTags: [] beside ids means the ids.
    still: { device: 3, args: "deviceTags: []" },
    unkept: { device: 0, args: 'flowId: otherFlowId, version: "v2"', options: "{ retainOnDelete: true }" },
  });
  const preview = await project.preview();
  expect(preview.code).toBe(0);
  expect(said(preview)).toEqual({
    moved: [
      'warning: replaceOnChanges has no effect for "version": a change moves the devices and keeps the resource. Only another applicationId or flowId replaces it.',
      "v1 -> v2 on 1 device by release (1 call)",
    ],
    kept: [
      `v1 on 1 device by release (1 call); workflow ${plant.flowId} keeps running on its 1 device, because of retainOnDelete, and nothing manages it there any more`,
    ],
    late: [
      "what will move is not known before `pulumi up`, because flowId is not; another flowId than before replaces the resource",
    ],
    unkept: [expect.stringContaining("v1 -> v2 on 1 device by")],
  });
  expect(preview.output).toMatch(/\+-1 to replace/);

  plant.writes();
  expect((await project.up()).code).toBe(0);
  // The workflow that turned out to be the same one moves nothing, and the retained one keeps running.
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1", 3: "v1" });
  expect(plant.writes().filter((call) => call.startsWith("remove"))).toEqual([]);
}, 120_000);

test("the option import is refused in a sentence that says what to do", async () => {
  write({ imported: { device: 0, options: `{ import: "${plant.applicationId}/${plant.flowId}" }` } });
  const preview = await project.preview();
  expect(preview.code).not.toBe(0);
  expect(said(preview)[""]).toEqual([
    'error: EdgeDeployment "imported": the option import does not work with a dynamic provider. Leave it out. ' +
      "To manage what runs in Losant already, run `npx pulumi-losant adopt`, or set adopt: true.",
  ]);
});

// A bad value ends the preview, so other bad values may have no message of their own: those are in unit/resource/inputs.
test("a Set of ids is named by its property, with the way out", async () => {
  write({ set: { device: 1, args: "deviceIds: new Set(devices)" } });
  const preview = await project.preview();
  expect(preview.code).not.toBe(0);
  expect(said(preview)["set"]?.[0]?.split("has a problem: ")[1]).toBe(
    "{} is not a list of device ids: give an array of ids; a Set as [...set]",
  );
});
