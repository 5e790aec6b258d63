// The native plugin in a YAML program, with the real CLI: one resource from its creation to its end, and what only the
// plugin can do.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureLanguageHost } from "../../scripts/lib/language-hosts.mjs";
import { archiveNames } from "../../scripts/release/plugin-archive.mjs";
import { packageVersion } from "../../provider/losant/version.js";
import { pulumiLosant } from "../support/automation.js";
import { describeLanguage } from "../support/languages.js";
import { testLife } from "../support/native-life.js";
import {
  nativeProgramIn,
  nativeProjectAt,
  pathWithoutPlugin,
  pluginFolder,
  serveArchive,
} from "../support/native-project.js";
import type { NativeProject } from "../support/native-project.js";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";

const { missing } = await ensureLanguageHost("yaml");

await describeLanguage("yaml", testLife);

(missing === undefined ? describe : describe.skip)(`a YAML program${missing ? ` (${missing})` : ""}`, () => {
  let plant: Plant;
  let project: NativeProject;

  beforeAll(async () => {
    plant = await createPlant({ devices: 6 });
    project = await nativeProjectAt(plant);
  });
  afterAll(async () => {
    project.remove();
    await plant.simulator.close();
  });

  const ids = (...numbers: number[]): string[] => numbers.map((number) => plant.devices[number] ?? "");
  const declare = (properties: object, options?: object): void => {
    const { applicationId, flowId } = plant;
    project.program({
      resources: {
        telemetry: {
          type: "losant:EdgeDeployment",
          properties: { applicationId, flowId, ...properties },
          ...(options === undefined ? {} : { options }),
        },
      },
      outputs: { status: "${telemetry.status}" },
    });
  };
  const stateOf = async (name: string) => (await project.deployments())[name];

  test("up releases the version, and says so on the resource's own row", async () => {
    declare({ version: "v1", deviceIds: ids(2, 0, 1, 0) });
    const up = await project.up();
    expect(up).toMatchObject({ code: 0 });
    expect(up.stdout).toMatch(/losant:index:EdgeDeployment \(telemetry\):\n +released v1 to 3 devices/);
    expect(plant.writes()).toEqual(["release v1 x3"]);
    expect(await project.outputs()).toEqual({ status: "deployed" });
  });

  test("the state holds what is declared and what is live, no code and no token, in 2 KB", async () => {
    const resource = await stateOf("telemetry");
    const { applicationId, flowId } = plant;
    const inputs = { applicationId, flowId, version: "v1", deviceIds: ids(0, 1, 2) };
    expect(resource?.id).toMatch(new RegExp(`^${applicationId}/${flowId}/[0-9a-f]{16}$`));
    expect(resource?.inputs).toEqual(inputs);
    expect(resource?.outputs).toEqual({
      ...inputs,
      status: "deployed",
      deviceCount: 3,
      pendingDeviceIds: [],
      failures: [],
      drift: [],
      __losant: { schema: 2, name: "telemetry", writer: expect.stringMatching(/^apiToken /) },
    });
    expect(JSON.stringify({ inputs: resource?.inputs, outputs: resource?.outputs }).length).toBeLessThan(2_000);
    expect(project.everyFile().filter(({ text }) => text.includes(plant.token))).toEqual([]);
  });

  test("a second up has nothing to do", async () => {
    expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual([]);
  });

  test("a plain preview shows what somebody moved by hand, without a flag or a setting", async () => {
    plant.byHand(1, "v5");
    const preview = await project.preview();
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.stdout).toMatch(/drift of flow-0: device device-1 .*: v1 -> v5 by user 5b0044f0a3a3b90006c0a5e1/);
    expect(preview.stdout).toContain("telemetry update [diff: -drift]");
    expect(plant.writes()).toEqual([]);
  });

  test("the diff shows who joins and who leaves as a set; up mends the drift on the way", async () => {
    declare({ version: "v2", deviceIds: ids(1, 2, 3) });
    const preview = await project.preview("--diff");
    const [, devices] = /deviceIds: \[([^\]]*(?:\[\d+\][^\]]*)*)\]\n/.exec(preview.stdout) ?? [];
    expect(
      devices
        ?.split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    ).toEqual([`- [0]: "${ids(0)[0]}"`, `+ [2]: "${ids(3)[0]}"`]);
    expect(preview.stdout).toMatch(/~ version *: "v1" => "v2"/);
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.desired()).toEqual({ 1: "v2", 2: "v2", 3: "v2" });
  });

  test("a rollout that stops keeps the resource, and the next up goes on from there", async () => {
    const rollout = { batches: [1, "100%"], timeoutSeconds: 20 };
    const [first = ""] = ids(1);
    plant.simulator.setBehaviour(first, { kind: "failing", error: "agent too old", versions: ["v3"] });
    declare({ version: "v3", deviceIds: ids(1, 2, 3), rollout });
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.stdout).toMatch(/agent too old/);
    expect(up.output).not.toMatch(/\n +at .*\.[jt]s:\d+/);
    expect(plant.desired()).toEqual({ 1: "v3", 2: "v2", 3: "v2" });
    const kept = await stateOf("telemetry");
    expect(kept?.initErrors?.join("\n")).toMatch(/agent too old/);
    expect(kept?.outputs).toMatchObject({ status: "failed", __losant: { rollout: "unfinished" } });

    plant.simulator.setBehaviour(first, { kind: "immediate" });
    plant.simulator.disconnect(first);
    plant.simulator.connect(first);
    plant.simulator.settle();
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.desired()).toEqual({ 1: "v3", 2: "v3", 3: "v3" });
    expect((await stateOf("telemetry"))?.initErrors ?? []).toEqual([]);
  });

  test("a time in customTimeouts ends the wait for a batch, and the resource is kept", async () => {
    for (const id of ids(1, 2, 3)) plant.simulator.disconnect(id);
    const rollout = { batches: [1, "100%"], timeoutSeconds: 600, offline: "wait" };
    declare({ version: "v4", deviceIds: ids(1, 2, 3), rollout }, { customTimeouts: { update: "1s" } });
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.stdout).toContain("the 1s of customTimeouts.update are over: nothing more is written");
    expect(await stateOf("telemetry")).toMatchObject({ outputs: { __losant: { rollout: "unfinished" } } });
    for (const id of ids(1, 2, 3)) plant.simulator.connect(id);
    plant.simulator.settle();
    declare({ version: "v4", deviceIds: ids(1, 2, 3) });
    expect(await project.up()).toMatchObject({ code: 0 });
  });

  test("absent: true has the workflow removed, and stays so", async () => {
    declare({ absent: true, deviceIds: ids(1, 2, 3) });
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.desired()).toEqual({});
    expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });

  test("bad input: the property, the value and the way out; two resources for one device are refused", async () => {
    const { applicationId, flowId } = plant;
    const resource = (properties: object) => ({
      type: "losant:EdgeDeployment",
      properties: { applicationId, flowId, ...properties },
    });
    project.program({
      resources: {
        telemetry: resource({ version: "v1", deviceIds: ids(1, 2, 3) }),
        second: resource({ version: "v1", deviceIds: ids(3) }),
      },
    });
    const preview = await project.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.stdout).toMatch(
      /EdgeDeployment "(telemetry|second)" and EdgeDeployment "(telemetry|second)" both declare device d0+3/,
    );
    project.program({ resources: { telemetry: resource({ version: "v1", deviceIds: ["line-1"] }) } });
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toMatch(/deviceIds\[0\].*line-1.* is not a Losant id, which has 24 hexadecimal digits/);
  });

  test("import takes over what runs, and writes the code", async () => {
    declare({ version: "v1", deviceIds: ids(1, 2, 3) });
    const { applicationId, otherFlowId } = plant;
    for (const deviceId of ids(4, 5)) {
      plant.simulator.change({ applicationId, flowId: otherFlowId, deviceId, version: "v2", by: HAND });
    }
    plant.writes();
    const imported = await project.run([
      ...["import", "losant:index:EdgeDeployment", "found", `${applicationId}/${otherFlowId}`],
      ...["--yes", "--protect=false", "--out", "imported.yaml"],
    ]);
    expect(imported).toMatchObject({ code: 0 });
    const code = project.everyFile().find(({ path }) => path.endsWith("imported.yaml"))?.text;
    for (const id of ids(4, 5)) expect(code).toContain(id);
    const found = await stateOf("found");
    expect(found?.id).toMatch(new RegExp(`^${applicationId}/${otherFlowId}/[0-9a-f]{16}$`));
    expect(found?.outputs).toMatchObject({ version: "v2", deviceIds: ids(4, 5), status: "deployed" });
    expect(plant.writes()).toEqual([]);
  });

  test("destroy works with the token of now, and takes the workflow off its devices", async () => {
    expect(await project.up()).toMatchObject({ code: 0 });
    const changed = "a token that Losant does not know";
    await project.run(["config", "set", "--secret", "losant:apiToken", changed]);
    const refused = await project.refresh();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toMatch(/401|token/);
    await project.run(["config", "set", "--secret", "losant:apiToken", plant.token]);
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(plant.desired()).toEqual({});
    expect(await project.deployments()).toEqual({});
  });

  test("after `pulumi-losant plugin install` a project needs no plugins section", async () => {
    const installed = await pulumiLosant(project, ["plugin", "install"]);
    expect(installed).toMatchObject({ code: 0 });
    expect(installed.stdout).toContain("programs in every language find it");
    const { applicationId, flowId } = plant;
    const properties = { applicationId, flowId, version: "v1", deviceIds: ids(0) };
    project.program({ plugins: undefined, resources: { telemetry: { type: "losant:EdgeDeployment", properties } } });
    const preview = await project.run(["preview"], { env: { PATH: pathWithoutPlugin(project) } });
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.stdout).toContain("v1 on 1 device by release (1 call)");
  });

  test("the archive installs from a server, under the name of this system, as the file that was built", async () => {
    await using server = await serveArchive(project);
    const version = `v${packageVersion}`;
    const args = ["plugin", "install", "resource", "losant", version, "--reinstall", "--server", server.url];
    const installed = await project.run(args);
    expect([installed.code, installed.code === 0 ? "" : installed.output]).toEqual([0, ""]);
    const asked = server.requests.map(({ path }) => path.slice(1));
    expect(archiveNames(packageVersion)).toEqual(expect.arrayContaining(asked));
    const file = join(project.home, "plugins", `resource-losant-${version}`, "pulumi-resource-losant");
    expect(readFileSync(file).equals(readFileSync(join(pluginFolder, "pulumi-resource-losant")))).toBe(true);
    accessSync(file, constants.X_OK);
  });
});

(missing === undefined ? describe : describe.skip)("from the dynamic front to the native one", () => {
  test("a stack moves over by an alias: unchanged, the same id, no call to Losant", async () => {
    const plant = await createPlant({ devices: 2 });
    const project = await projectAt(plant, { refreshAlways: false });
    const { applicationId, flowId, devices } = plant;
    const properties = { applicationId, flowId, version: "v1", deviceIds: devices };
    project.declare({ telemetry: properties });
    expect(await project.up()).toMatchObject({ code: 0 });
    const before = (await project.deployments())["telemetry"];
    plant.writes();
    plant.reads();

    const aliases = [before?.urn];
    const telemetry = { type: "losant:EdgeDeployment", properties, options: { aliases } };
    nativeProgramIn(project, "yaml")({ resources: { telemetry } });
    expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
    const after = (await project.deployments())["telemetry"];
    expect([after?.type, after?.id]).toEqual(["losant:index:EdgeDeployment", before?.id]);
    expect([plant.reads(), plant.writes()]).toEqual([0, []]);
    project.remove();
    await plant.simulator.close();
  });
});
