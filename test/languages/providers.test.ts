// Two applications in one program, each with a provider resource and a secret token of its own, and what runs already as a
// part of the stack: by the option `import`, and by `pulumi import` with the token of a provider resource.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { succeeded } from "../support/native-life.js";
import { nativeProgramIn } from "../support/native-project.js";
import { HAND, writeSentence } from "../support/plant.js";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

const [template] = fleet({ devices: 2, flows: 3 }).applications;
if (template === undefined) throw new Error("the seed is empty");
const flows = template.flows.map(({ id }) => id);
const devices = template.devices.map(({ id }) => id);
const [managed = "", imported = "", found = ""] = flows;
const SITES = ["graz", "linz"] as const;
const applicationOf = { graz: "a1".padEnd(24, "0"), linz: "a2".padEnd(24, "0") };
/** Losant refuses each of them at the other application. */
const tokenOf = { graz: "graz-token-5a17", linz: "linz-token-b0a7" };

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  losant = await startSimulator({
    reportDelayMs: 0,
    seed: {
      applications: SITES.map((site) => ({ ...template, id: applicationOf[site], name: site })),
      tokens: SITES.map((site, number) => ({
        token: tokenOf[site],
        applicationId: applicationOf[site],
        sourceType: "apiToken",
        sourceId: `b${number}`.padEnd(24, "0"),
      })),
    },
  });
  project = await createProject({ refreshAlways: false, secrets: tokenOf });
  nativeProgramIn(project, "nodejs")({ main: "index.js" });
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

const program = (version: string, more = ""): string => `
import * as pulumi from "@pulumi/pulumi";
import { EdgeDeployment, Provider } from "pulumi-losant/native";
const config = new pulumi.Config();
const deviceIds = ${JSON.stringify(devices)};
const providers = {};
for (const [site, applicationId] of Object.entries(${JSON.stringify(applicationOf)})) {
  const apiToken = config.requireSecret(site);
  providers[site] = new Provider(site, { apiUrl: "${losant.url}", apiToken, applicationId, verifySeconds: 5 });
  new EdgeDeployment(site, { flowId: "${managed}", version: "${version}", deviceIds }, { provider: providers[site] });
}
${more}
`;
const IMPORTING = `
new EdgeDeployment("imported", { flowId: "${imported}", version: "v3", deviceIds },
  { provider: providers.linz, import: "${applicationOf.linz}/${imported}" });
`;
const IMPORTED = IMPORTING.replace(/, import: "[^"]*"/, "");
const OTHER = `
new EdgeDeployment("other", { flowId: "${found}", version: "v5", deviceIds },
  { provider: providers.linz });
`;
const FOUND = `
new EdgeDeployment("found", { flowId: "${found}", version: "v4", deviceIds }, { provider: providers.graz });
`;

function runsByHand(site: "graz" | "linz", flowId: string, version: string): void {
  for (const deviceId of devices) {
    losant.change({ applicationId: applicationOf[site], flowId, deviceId, version, by: HAND });
  }
}

/** Writes since the last look, by application; every call was answered, so it carried the token of its application. */
function writes(): string[] {
  const calls = [...losant.calls];
  losant.clearCalls();
  expect(calls.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  return calls
    .filter(({ method }) => method === "POST")
    .map((call) => {
      const site = SITES.find((name) => call.path.includes(applicationOf[name]));
      return `${site}: ${writeSentence(call)}`;
    })
    .toSorted();
}

const versionsAt = (site: "graz" | "linz", flowId: string): (string | null)[] =>
  losant.rows(applicationOf[site], flowId).map(({ desiredVersion }) => desiredVersion);

async function urnOfProvider(site: "graz" | "linz"): Promise<string> {
  const exported = JSON.parse((await project.run(["stack", "export"])).stdout) as {
    deployment: { resources: { urn: string }[] };
  };
  const urns = exported.deployment.resources.map(({ urn }) => urn);
  return urns.find((urn) => urn.endsWith(`pulumi:providers:losant::${site}`)) ?? "";
}

test("each application gets its own writes, with its own token", async () => {
  project.write(program("v1"));
  succeeded(await project.up());
  expect(writes()).toEqual(["graz: release v1 x2", "linz: release v1 x2"]);

  project.write(program("v2"));
  succeeded(await project.up());
  expect(writes()).toEqual(["graz: replace v1 v2", "linz: replace v1 v2"]);
});

test("a provider has the token of the last up until one has saved another: the error says how", async () => {
  project.write(program("v3").replace("requireSecret(site)", 'requireSecret("graz")'));
  const wrong = await project.up();
  expect(wrong.code).not.toBe(0);
  expect(versionsAt("linz", managed)).toEqual(["v2", "v2"]);

  // Pulumi reads the resources before it runs the program, which has the right token.
  project.write(program("v3"));
  const stuck = await project.up();
  expect(stuck.code).not.toBe(0);
  const [, urn = ""] = /`pulumi up --target '([^']+)'` saves them/.exec(stuck.stdout) ?? [];
  expect(urn).toBe(await urnOfProvider("linz"));
  succeeded(await project.up("--target", urn));
  losant.clearCalls();
  succeeded(await project.up());
  expect(writes()).toEqual(["linz: replace v2 v3"]);
});

test("the option `import` takes over what runs, by the token of its provider: no write, and nothing to do afterwards", async () => {
  runsByHand("linz", imported, "v3");
  project.write(program("v3", IMPORTING));
  const up = await project.up();
  succeeded(up);
  expect(up.stdout).toMatch(/imported import/);
  expect(writes()).not.toContainEqual(expect.stringContaining(imported));
  expect(versionsAt("linz", imported)).toEqual(["v3", "v3"]);
  const { id, outputs } = (await project.deployments())["imported"] ?? {};
  expect(id).toMatch(new RegExp(`^${applicationOf.linz}/${imported}/[0-9a-f]{16}$`));
  expect(outputs).toMatchObject({ version: "v3", deviceIds: devices, status: "deployed" });
  // As programs go on: the option is dropped, and nothing changes.
  project.write(program("v3", IMPORTED));
  succeeded(await project.up("--expect-no-changes"));
  expect(writes()).toEqual([]);
});

test("where the program says another version than what runs, the preview says so, and the same up moves the devices", async () => {
  runsByHand("linz", found, "v4");
  const importing = OTHER.replace("providers.linz", `providers.linz, import: "${applicationOf.linz}/${found}"`);
  project.write(program("v3", IMPORTED + importing));
  const preview = await project.preview();
  expect(preview.stdout).toMatch(/other import/);
  expect(preview.stdout).toMatch(/v4 -> v5 on 2 devices by replace/);
  expect(writes()).toEqual([]);
  succeeded(await project.up());
  expect(writes()).toEqual(["linz: replace v4 v5"]);
});

test("`pulumi import` with a provider resource asks by its token, and the program has nothing to do", async () => {
  runsByHand("graz", found, "v4");
  const provider = await urnOfProvider("graz");
  succeeded(
    await project.run([
      ...["import", "losant:index:EdgeDeployment", "found", `${applicationOf.graz}/${found}`],
      ...["--provider", `graz=${provider}`, "--yes", "--skip-preview", "--protect=false", "--generate-code=false"],
    ]),
  );
  project.write(program("v3", IMPORTED + OTHER + FOUND));
  succeeded(await project.up("--expect-no-changes"));
  expect(writes()).toEqual([]);
});

test("a refresh and a destroy use the token of each provider; no token is in plain text in any file", async () => {
  succeeded(await project.refresh());
  succeeded(await project.destroy());
  const sites = writes().map((sentence) => sentence.split(":")[0]);
  expect(new Set(sites)).toEqual(new Set(SITES));
  for (const site of SITES) expect(flows.flatMap((flowId) => versionsAt(site, flowId)).filter(Boolean)).toEqual([]);
  const leaks = project.everyFile().filter(({ text }) => Object.values(tokenOf).some((token) => text.includes(token)));
  expect(leaks.map(({ path }) => path)).toEqual([]);
});
