// The plugin where nothing is installed: Pulumi downloads the archive; and where the Node on PATH is too old.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { packageVersion } from "../../provider/losant/version.js";
import { ensureLanguageHost } from "../../scripts/lib/language-hosts.mjs";
import { runQuietly } from "../../scripts/lib/run.mjs";
import { nativeProjectAt, pathWithoutPlugin, serveArchive } from "../support/native-project.js";
import type { NativeProject } from "../support/native-project.js";
import { createPlant } from "../support/plant.js";
import type { Plant } from "../support/plant.js";

const { missing } = await ensureLanguageHost("yaml");
const oldNode = await findOldNode();

(missing === undefined ? describe : describe.skip)(`a YAML program${missing ? ` (${missing})` : ""}`, () => {
  let plant: Plant;
  let project: NativeProject;

  beforeAll(async () => {
    plant = await createPlant({ devices: 1 });
    project = await nativeProjectAt(plant);
  });
  afterAll(async () => {
    project.remove();
    await plant.simulator.close();
  });

  const telemetry = (options?: object) => {
    const { applicationId, flowId, devices } = plant;
    const properties = { applicationId, flowId, version: "v1", deviceIds: devices };
    return { telemetry: { type: "losant:EdgeDeployment", properties, ...(options && { options }) } };
  };

  (oldNode === undefined ? test.skip : test)(
    `is told which Node is too old${oldNode === undefined ? " (there is no old one on PATH)" : ""}`,
    async () => {
      project.program({ resources: telemetry() });
      const PATH = [dirname(oldNode ?? ""), project.env["PATH"]].join(delimiter);
      const { code, output } = await project.run(["preview"], { env: { PATH } });
      expect(code).not.toBe(0);
      expect(output).toContain(`pulumi-resource-losant: Node 22.13 or newer is needed, and this is`);
    },
  );

  test("gets the plugin by itself from its pluginDownloadURL", async () => {
    await using server = await serveArchive(project);
    const options = { version: packageVersion, pluginDownloadURL: server.url };
    project.program({ plugins: undefined, resources: telemetry(options) });
    const preview = await project.run(["preview"], { env: { PATH: pathWithoutPlugin(project) } });
    expect([preview.code, preview.code === 0 ? "" : preview.output]).toEqual([0, ""]);
    expect(preview.stdout).toContain("v1 on 1 device by release (1 call)");
    expect(server.requests.length).toBeGreaterThan(0);
  });
});

/** A Node below 22.13 on PATH, as many systems bring one. */
async function findOldNode(): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const node = join(folder, "node");
    if (!existsSync(node)) continue;
    const [major = 0, minor = 0] = (await runQuietly(node, ["--version"])).stdout.slice(1).split(".").map(Number);
    if (major < 22 || (major === 22 && minor < 13)) return node;
  }
  return undefined;
}
