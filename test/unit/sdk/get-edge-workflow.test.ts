import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { getEdgeWorkflow, getEdgeWorkflowOutput } from "pulumi-losant";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { asked, beginProgram, messageOf, settingsOf, settled, unknown } from "./support.js";

const staging = "aa0000000000000000000001";
const production = "aa0000000000000000000002";
const telemetry = "f10000000000000000000001";

describe("the workflows of a plant", () => {
  let losant: Simulator;

  beforeAll(async () => {
    const seed = demoFleet();
    const twins = ["f10000000000000000000007", "f10000000000000000000008"].map((id) => ({
      id,
      name: "Twin",
      versions: [],
    }));
    const odd = { id: "f10000000000000000000009", name: "Pumps [new] *", versions: [{ version: "v1" }] };
    const cloud = { id: "f1000000000000000000000a", name: "Alarms", flowClass: "cloud", versions: [] };
    const applications = seed.applications.map((application) =>
      application.id === production
        ? { ...application, flows: [...application.flows, ...twins, odd, cloud] }
        : application,
    );
    const reader = { sourceType: "apiToken", sourceId: "a0000000000000000000000f" } as const;
    losant = await startSimulator({
      seed: { applications, tokens: [...seed.tokens, { ...reader, token: "flows-only", scopes: ["flows.get"] }] },
    });
  });
  afterAll(() => losant.close());
  beforeEach(() => {
    beginProgram(settingsOf(losant, production, "demo-user-token"));
    losant.clearCalls();
  });

  test("by name, with its versions", async () => {
    const workflow = await getEdgeWorkflow({ name: "Telemetry", version: "v1.2.4" });
    expect(workflow).toMatchObject({ applicationId: production, id: telemetry, name: "Telemetry", version: "v1.2.4" });
    expect(workflow.versions.map(({ version }) => version).toSorted()).toEqual([
      "v1.2.2",
      "v1.2.3",
      "v1.2.4",
      "v1.3.0",
    ]);
    expect(workflow.versions.find(({ version }) => version === "v1.3.0")?.minimumAgentVersion).toBe("1.39.0");
  });

  test("by id", async () => {
    expect(await getEdgeWorkflow({ id: telemetry.toUpperCase() })).toMatchObject({ id: telemetry, name: "Telemetry" });
  });

  test("by one name in two applications, with two ids", async () => {
    const [here, there] = await Promise.all([
      getEdgeWorkflow({ name: "Telemetry" }),
      getEdgeWorkflow({ name: "Telemetry", applicationId: staging }),
    ]);
    expect([here.id, there.id]).toEqual([telemetry, "f20000000000000000000001"]);
  });

  test("the working copy is a version, though Losant does not list it", async () => {
    expect((await getEdgeWorkflow({ name: "Telemetry", version: "develop" })).version).toBe("develop");
  });

  test("a name with the letters of a pattern is that name", async () => {
    expect((await getEdgeWorkflow({ name: "Pumps [new] *" })).id).toBe("f10000000000000000000009");
  });

  test("equal questions are asked once, also where they differ in the version", async () => {
    await Promise.all([
      getEdgeWorkflow({ name: "Telemetry", version: "v1.2.4" }),
      getEdgeWorkflow({ version: "v1.2.3", name: "Telemetry" }),
      getEdgeWorkflow({ name: "Telemetry" }),
    ]);
    expect(asked(losant)).toEqual({ flows: 1, versions: 1 });
  });

  test.each([
    [
      "a version that does not exist",
      { name: "Telemetry", version: "v1.2.5" },
      'getEdgeWorkflow: workflow "Telemetry" has no version "v1.2.5": did you mean "v1.2.2", "v1.2.3" or "v1.2.4"?',
    ],
    [
      "a mistyped name",
      { name: "telemetrie" },
      `getEdgeWorkflow: no edge workflow of application ${production} is named "telemetrie": did you mean "Telemetry"?`,
    ],
    [
      "a name in other letters",
      { name: "telemetry" },
      `getEdgeWorkflow: no edge workflow of application ${production} is named "telemetry": did you mean "Telemetry"?`,
    ],
    [
      "a name that several have",
      { name: "Twin" },
      `getEdgeWorkflow: 2 edge workflows of application ${production} are named "Twin": give the id of one of them instead, f10000000000000000000007 or f10000000000000000000008`,
    ],
    [
      "a cloud workflow by id",
      { id: "f1000000000000000000000a" },
      'getEdgeWorkflow: workflow "Alarms" (f1000000000000000000000a) is of class cloud: only edge workflows are deployed to devices',
    ],
    ["neither name nor id", {}, "getEdgeWorkflow: give either the workflow's name or its id"],
    [
      "both name and id",
      { name: "Telemetry", id: telemetry },
      "getEdgeWorkflow: give either the workflow's name or its id",
    ],
  ])("%s is an error that says what is close", async (_what, args, expected) => {
    expect(await messageOf(() => getEdgeWorkflow(args))).toBe(expected);
  });

  test("an id that does not exist names the id", async () => {
    const message = await messageOf(() => getEdgeWorkflow({ id: "f1000000000000000000ffff" }));
    expect(message).toContain("there is no workflow f1000000000000000000ffff for this token");
  });

  test("a token that may not read versions is told the scope it lacks", async () => {
    beginProgram(settingsOf(losant, production, "flows-only"));
    expect(await messageOf(() => getEdgeWorkflow({ name: "Telemetry" }))).toContain("`flowVersions.get`");
  });

  test("unknown in a preview while an argument is", async () => {
    beginProgram(settingsOf(losant, production, "demo-user-token"), true);
    expect(await settled(getEdgeWorkflowOutput({ name: "Telemetry", version: unknown() }))).toBe("unknown");
    expect(await settled(getEdgeWorkflowOutput({ name: "Telemetry" }))).toMatchObject({ id: telemetry });
  });
});
