// The data functions in a program that the real CLI runs.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

const applicationId = "aa0000000000000000000002";
const telemetry = "f10000000000000000000001";

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
  project = await createProject({
    refreshAlways: false,
    config: { "losant:apiUrl": losant.url, "losant:applicationId": applicationId },
    secrets: { "losant:apiToken": "demo-deploy-token" },
  });
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

describe("a program that looks things up", () => {
  test("plain and as outputs of other resources: unknown in the first preview, there after up", async () => {
    project.write(`
      import * as losant from "pulumi-losant";
      const version = "v1.2.3";
      const deployment = new losant.EdgeDeployment("telemetry", {
        flowId: losant.getEdgeWorkflowOutput({ name: "Telemetry", version }).id,
        version,
        deviceIds: losant.getDevicesOutput({ name: "line-1*" }).ids,
      });
      const found = losant.getEdgeDeploymentsOutput({ flowId: deployment.flowId, version: deployment.id.apply(() => version) });
      export const devices = found.apply(({ deployments }) => deployments.map((d) => [d.deviceName, d.status]));
      export const first = found.apply(({ deployments }) => losant.getEdgeDeployment(deployments[0].id)).deviceId;
    `);
    const preview = await project.preview();
    expect([preview.code, preview.output]).toEqual([
      0,
      expect.stringMatching(/devices *: \[unknown\]|devices *: output/),
    ]);
    expect((await project.up()).code).toBe(0);
    expect(await project.outputs()).toMatchObject({
      devices: expect.arrayContaining([
        ["line-1", "deployed"],
        ["line-11", "pending"],
      ]),
      first: expect.stringMatching(/^d1/),
    });
  });

  test("equal questions are one call, whoever asks them", async () => {
    project.write(`
      import * as losant from "pulumi-losant";
      const hall = [{ key: "hall", value: "a" }];
      await Promise.all([1, 2, 3].map(() => losant.getDevices({ tags: hall })));
      const deviceTags = hall;
      new losant.EdgeDeployment("one", { flowId: "${telemetry}", version: "v1.2.3", deviceTags });
      new losant.EdgeDeployment("two", { flowId: "f10000000000000000000002", version: "v1.0.0", deviceTags });
      await losant.getEdgeDeployments({ flowId: "${telemetry}" });
    `);
    losant.clearCalls();
    const preview = await project.run(["preview", "--debug"]);
    expect(preview.code).toBe(0);
    const counts = new Map<string, number>();
    for (const { path, query } of losant.calls) {
      const what = `${path.split("/").slice(3).join("/")} ${query["query"]?.includes("hall") ? "by tag" : (query["flowId"] ?? "")}`;
      counts.set(what.trim(), (counts.get(what.trim()) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toMatchObject({
      "devices by tag": 1,
      [`edge/deployments ${telemetry}`]: 1,
      "edge/deployments f10000000000000000000002": 1,
    });
    expect(preview.output).toMatch(/GET \/applications\/\w+\/devices\?\S+ 200 \(call \d+ of the program\)/);
    expect(preview.output).not.toContain("demo-deploy-token");
  });

  test.each([
    [
      "a tag that no device has",
      `await losant.getDevices({ tags: [{ key: "hall", value: "c" }] })`,
      'error: getDevices: no edge compute device has the tag hall=c: did you mean "a" or "b"?',
    ],
    [
      "a tag of a resource",
      `new losant.EdgeDeployment("t", { flowId: "${telemetry}", version: "v1.2.3", deviceTags: [{ key: "hal", value: "a" }] })`,
      'EdgeDeployment "t", deviceTags: no edge compute device has the tag hal=a: no device has the key "hal"; did you mean "hall"?',
    ],
    [
      "a workflow by a mistyped name",
      `losant.getEdgeWorkflowOutput({ name: "Telemtry" })`,
      'error: getEdgeWorkflow: no edge workflow of application aa0000000000000000000002 is named "Telemtry": did you mean "Telemetry"?',
    ],
    [
      "a deployment that does not exist",
      `await losant.getEdgeDeployment("575ed78e7ae143cd83dc4aab")`,
      "error: getEdgeDeployment: there is no edge deployment 575ed78e7ae143cd83dc4aab.",
    ],
  ])("%s fails the preview with one line", async (_what, statement, expected) => {
    project.write(`import * as losant from "pulumi-losant";\n${statement};`);
    const preview = await project.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain(expected);
    expect(preview.output).not.toMatch(/\n\s+at /);
  });
});
