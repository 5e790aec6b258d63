// The plan in the preview, as the real CLI shows it: what it says, what it warns of, what it asks, and what fails it.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSimulator } from "pulumi-losant/simulator";
import type { Seed, Simulator } from "pulumi-losant/simulator";
import { said } from "../support/diagnostics.js";
import { createProject } from "../support/project.js";
import type { Project, Result } from "../support/project.js";

const applicationId = "a10000000000000000000001";
const pumps = "f10000000000000000000001";
const fans = "f10000000000000000000002";
const line = (number: number): string => `d1${String(number).padStart(22, "0")}`;
const lines = (...numbers: number[]): string[] => numbers.map(line);
const by = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;
const scopes = {
  "no-devices": ["edgeDeployments.get", "flowVersion.get", "flowVersions.get"],
  "no-deployments": ["devices.get", "flowVersion.get", "flowVersions.get"],
};

const seed: Seed = {
  applications: [
    {
      id: applicationId,
      name: "Plant",
      flows: [
        {
          id: pumps,
          name: "Pumps",
          versions: [{ version: "v1" }, { version: "v2" }, { version: "v3", minimumAgentVersion: "1.39.0" }],
        },
        { id: fans, name: "Fans", versions: [{ version: "v1" }] },
      ],
      devices: [
        ...Array.from({ length: 9 }, (_, index) => ({
          id: line(index + 1),
          name: `line-${index + 1}`,
          tags: { hall: index < 3 ? "a" : "b" },
          edgeAgentVersion: index === 2 ? "1.36.0" : "1.40.0",
          ...(index === 1 ? { behaviour: { kind: "offline" as const } } : {}),
        })),
        { id: line(99), name: "office", deviceClass: "standalone" },
      ],
    },
  ],
  tokens: [
    { ...by, token: "everything" },
    ...Object.entries(scopes).map(([token, granted]) => ({ ...by, token, applicationId, scopes: granted })),
  ],
};

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  losant = await startSimulator({ seed, reportDelayMs: 0 });
  project = await createProject({
    refreshAlways: false,
    config: { "losant:apiUrl": losant.url, "losant:applicationId": applicationId },
    secrets: { "losant:apiToken": "everything" },
  });
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

function asked(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of losant.calls) {
    const what = `${method} ${path
      .split("/")
      .slice(3)
      .join("/")
      .replaceAll(/[\da-f]{24}/g, "*")}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  losant.clearCalls();
  return counts;
}

/** By the environment, so that no configuration has to be put back. */
function previewWith(token: string): Promise<Result> {
  return project.run(["preview"], { env: { LOSANT_API_TOKEN: token } });
}

describe("from nothing to a change of everything", () => {
  test("new resources: which version goes where, and what was asked to know it", async () => {
    project.declare({
      pumps: { flowId: pumps, version: "v1", deviceIds: lines(1, 2) },
      fans: { flowId: fans, version: "v1", deviceTags: [{ key: "hall", value: "b" }] },
    });
    losant.clearCalls();
    const preview = await project.preview();
    expect(preview.code).toBe(0);
    expect(said(preview)).toMatchObject({
      pumps: ["v1 on 2 devices by release (1 call); 1 offline"],
      fans: ["v1 on 6 devices by release (1 call)"],
    });
    expect(asked()).toEqual({
      "GET edge/deployments": 2,
      "GET flows/*/versions/v1": 2,
      // One for the tag, one for the devices of both.
      "GET devices": 2,
    });
    const up = await project.up();
    expect([up.code, up.output]).toEqual([0, expect.not.stringContaining("by release (1 call)")]);
  });

  test("nothing to do: no line, one listing of each workflow and no other call", async () => {
    asked();
    const preview = await project.preview();
    expect([preview.code, said(preview)]).toEqual([0, {}]);
    // The tags are the program's own question.
    expect(asked()).toEqual({ "GET edge/deployments": 2, "GET devices": 1 });
  });

  test("a new version, devices that join and leave, and a change by hand", async () => {
    losant.change({ applicationId, flowId: fans, deviceId: line(9), version: null, by });
    project.declare({
      pumps: { flowId: pumps, version: "v2", deviceIds: lines(1, 4) },
      fans: { flowId: fans, version: "v1", deviceTags: [{ key: "hall", value: "b" }] },
    });
    expect(said(await project.preview())).toMatchObject({
      pumps: ["v1 -> v2 on 2 devices by release and remove (2 calls); 1 offline; 1 joins (line-4), 1 leaves (line-2)"],
      fans: ["v1 on 1 device by release (1 call)"],
    });
  });

  test("a version for all devices of the resource is one replace", async () => {
    project.declare({ pumps: { flowId: pumps, version: "v2", deviceIds: lines(1, 2) } });
    expect(said(await project.preview())["pumps"]).toEqual(["v1 -> v2 on 2 devices by replace (1 call); 1 offline"]);
  });

  test("what is ignored, renamed or replaced is told as Pulumi will do it", async () => {
    project.declare({
      pumps: {
        flowId: pumps,
        version: "v2",
        deviceIds: lines(1),
        options: { ignoreChanges: ["version", "deviceIds"] },
      },
      ventilators: { flowId: fans, version: "v1", deviceIds: lines(4, 5), options: { aliases: [{ name: "fans" }] } },
    });
    expect(said(await project.preview())).toEqual({
      ventilators: ["v1 removed from 3 devices by release (1 call); 4 leave (line-6, line-7 and 2 more)"],
    });
    project.declare({ pumps: { flowId: fans, version: "v1", deviceIds: lines(3) } });
    expect(said(await project.preview())["pumps"]).toEqual([
      `v1 on 1 device by release (1 call); workflow ${pumps} is removed from its 2 devices`,
    ]);
  });
});

describe("warnings", () => {
  test("devices and agents that will not do, and devices that others have", async () => {
    losant.change({ applicationId, flowId: pumps, deviceId: line(5), version: "v1", by });
    project.declare({
      others: { flowId: pumps, version: "v2", deviceIds: lines(7, 98, 99) },
      old: { flowId: pumps, version: "v3", deviceIds: lines(3, 4) },
      taken: { flowId: pumps, version: "v2", deviceIds: lines(5) },
      develop: { flowId: pumps, version: "develop", deviceIds: lines(8) },
    });
    const preview = await project.preview();
    expect(preview.code).toBe(0);
    const messages = said(preview);
    expect(messages["others"]).toEqual([
      "v2 on 3 devices by release (1 call)",
      `warning: 1 device not in application ${applicationId}`,
      line(98),
      "warning: 1 device not of the edge compute class: Losant deploys no workflow there",
      `office (${line(99)}) is of class standalone`,
    ]);
    expect(messages["old"]).toEqual([
      "v3 on 2 devices by release (1 call)",
      "warning: 1 device with an agent older than v3 needs (1.39.0): update the agent first",
      `line-3 (${line(3)}) has 1.36.0`,
    ]);
    expect(messages["taken"]?.slice(1)).toEqual([
      "warning: 1 device already deployed at another version, and this resource does not own it: `pulumi up` will refuse. To take it over, set adopt: true; otherwise leave it out of deviceIds",
      expect.stringMatching(/^device line-5 \(\w+\) is at v1, set by user 5b0044f0a3a3b90006c0a5e1 /),
    ]);
    expect(messages["develop"]).toContain(
      'warning: version "develop" is the working copy, which can change at any time: use it only on test devices',
    );
  });
});

describe("what does not exist fails the preview", () => {
  const nowhere = "f1ffffffffffffffffffffff";

  test("a version, a workflow and an application, each with a sentence on its resource", async () => {
    project.declare({
      good: { flowId: pumps, version: "v2", deviceIds: lines(9) },
      typo: { flowId: pumps, version: "v22", deviceIds: lines(6) },
      unknown: { flowId: nowhere, version: "v1", deviceIds: lines(6) },
      forbidden: { flowId: nowhere.replace("f1", "f2"), version: null, deviceIds: lines(6) },
      elsewhere: { applicationId: "a1ffffffffffffffffffffff", flowId: pumps, version: "v1", deviceIds: lines(6) },
    });
    const preview = await project.preview();
    expect(preview.code).not.toBe(0);
    expect(said(preview)).toMatchObject({
      good: ["v2 on 1 device by release (1 call)"],
      typo: ['error: workflow "Pumps" has no version "v22": did you mean "v2"?'],
      unknown: [
        expect.stringMatching(/^error: workflow f[12]f+ is not in application .*: it was deleted in Losant, or /),
      ],
      forbidden: [
        expect.stringMatching(/^error: workflow f[12]f+ is not in application .*: it was deleted in Losant, or /),
      ],
      elsewhere: [expect.stringMatching(/^error: .*Application was not found/)],
    });
    expect(preview.output).not.toMatch(/\n\s+at /);
  });

  test("where the plan was not asked for, the preview does not look, and does not fail", async () => {
    const preview = await project.run(["preview", "--config", "losant:preflight=false"]);
    expect(preview.code).toBe(0);
    await project.run(["config", "rm", "losant:preflight"]);
  });
});

describe("what cannot be read is left out, said once, and no preview fails", () => {
  const two = {
    pumps: { flowId: pumps, version: "v2", deviceIds: lines(1, 2) },
    more: { flowId: pumps, version: "v2", deviceIds: lines(4) },
  };
  beforeAll(() => project.run(["config", "rm", "losant:apiToken"]));
  afterAll(() => project.run(["config", "set", "--secret", "losant:apiToken", "everything"]));

  test("without the scope for devices the plan is there, and their class is not looked at", async () => {
    project.declare(two);
    const result = await previewWith("no-devices");
    expect(result.code).toBe(0);
    const messages = said(result);
    expect(messages["more"]).toEqual(["v2 on 1 device by release (1 call)"]);
    expect(messages[""]?.filter((text) => text.includes("devices.get"))).toEqual([
      expect.stringContaining("this preview does not say the class and the agent of devices"),
    ]);
  });

  test("without the scope for deployments there is no plan", async () => {
    const result = await previewWith("no-deployments");
    expect(result.code).toBe(0);
    const messages = said(result);
    expect([messages["pumps"], messages["more"]]).toEqual([undefined, undefined]);
    expect(messages[""]).toEqual([
      expect.stringMatching(/^this preview does not say what will move: .*`edgeDeployments.get`/),
    ]);
  });

  test("with a wrong token there is a warning, without the token", async () => {
    const result = await previewWith("wrong-token-4711");
    expect([result.code, said(result)[""]]).toEqual([
      0,
      [expect.stringContaining("warning: this preview does not say")],
    ]);
    expect(result.output).not.toContain("wrong-token-4711");
  });
});

describe("two resources that declare one device", () => {
  test.each([
    ["by ids", { deviceIds: lines(1, 2) }],
    ["by tag", { deviceTags: [{ key: "hall", value: "a" }] }],
  ])("%s: refused at preview, with both names and the device", async (_how, devices) => {
    project.declare({
      one: { flowId: pumps, version: "v1", deviceIds: lines(1, 2) },
      other: { flowId: pumps.toUpperCase(), version: "v2", applicationId, ...devices },
    });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    expect(result.output).toMatch(
      new RegExp(`error: .*EdgeDeployment "other" and EdgeDeployment "one" both declare device ${line(1)}`),
    );
    expect(result.output).not.toMatch(/\n\s+at /);
  });

  test("one device for two workflows is fine", async () => {
    project.declare({
      pumps: { flowId: pumps, version: "v1", deviceIds: lines(1, 2) },
      fans: { flowId: fans, version: "v1", deviceIds: lines(1, 2) },
    });
    expect((await project.preview()).code).toBe(0);
  });

  test("an exclusive resource and another one of the same workflow", async () => {
    project.declare({
      part: { flowId: pumps, version: "v1", deviceIds: lines(1) },
      whole: { flowId: pumps, version: "v1", deviceIds: lines(2), exclusive: true },
    });
    expect((await project.preview()).output).toContain('EdgeDeployment "whole" is exclusive');
  });

  test("looking a deployment up claims nothing", async () => {
    project.write(`
      import * as losant from "pulumi-losant";
      new losant.EdgeDeployment("pumps", { flowId: "${pumps}", version: "v1", deviceIds: ["${line(1)}", "${line(2)}"] });
      export const seen = losant.EdgeDeployment.get("seen", "${applicationId}/${pumps}/${line(1)}").status;
    `);
    const result = await project.preview();
    expect([result.code, Object.keys(said(result))]).toEqual([0, ["fans"]]);
  });
});

describe("losant:preflight", () => {
  test("false: it asks nothing and says nothing", async () => {
    losant.clearCalls();
    // A setting given this way stays in the stack's configuration, hence at the end.
    const result = await project.run(["preview", "--config", "losant:preflight=false"]);
    expect([result.code, asked()["GET edge/deployments"], said(result)]).toEqual([0, 1, {}]);
  });

  test("neither true nor false: it says so", async () => {
    const result = await project.run(["preview", "--config", "losant:preflight=nein"]);
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('error: losant:preflight: "nein" is neither true nor false');
  });
});
