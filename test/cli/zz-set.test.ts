import { afterAll, beforeAll, jest, test } from "@jest/globals";
import { writeFileSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { pulumiLosant } from "../support/automation.js";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";
jest.setTimeout(240_000);
const APPLICATION = "aa0000000000000000000002";
const TELEMETRY = "f10000000000000000000001";
const VIBRATION = "f10000000000000000000002";
const LINE_2 = "d10000000000000000000002";
const program = (telemetry: string, vibration: string, more = "", secret = false): string => `
import * as losant from "pulumi-losant";
import * as pulumi from "@pulumi/pulumi";
const set = new losant.EdgeDeploymentSet("hall-a", {
  deviceTags: [{ key: "hall", value: "a" }],
  workflows: {
    telemetry: { flowId: "${TELEMETRY}", version: ${secret ? `pulumi.secret("${telemetry}")` : `"${telemetry}"`} },
    vibration: { flowId: "${VIBRATION}", version: "${vibration}" },
  },
  rollout: { batches: [1, "100%"], timeoutSeconds: 60, onFailure: "rollback", ${more} },
});
export const statuses = [set.deployments.telemetry.status, set.deployments.vibration.status];
`;
let losant: Simulator;
let project: Project;
let out = "";
beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
  project = await createProject({ program: program("v1.2.3", "v0.9.0"), config: { "losant:apiUrl": losant.url, "losant:applicationId": APPLICATION }, secrets: { "losant:apiToken": "demo-deploy-token" } });
});
afterAll(async () => { writeFileSync("/tmp/roll-set.txt", out); project.remove(); await losant.close(); });
async function run(...args: string[]) {
  const r = await pulumiLosant(project, [...args, "--json", "r.json"]);
  out += `\n===== ${args.join(" ")}: code ${r.code}\n${r.output}\n`;
  const f = join(project.dir, "r.json");
  if (existsSync(f)) out += readFileSync(f, "utf8").slice(0, 6000);
  writeFileSync("/tmp/roll-set.txt", out);
}
test("x", async () => {
  await run("plan", "--stack", "dev", "--out", "plan.json", "--markdown", "-");
  await run("deploy", "--stack", "dev", "--plan", "plan.json", "--markdown", "-");
  losant.setBehaviour(LINE_2, { kind: "failing", error: "no room", versions: ["v1.0.0"] });
  project.write(program("v1.2.4", "v1.0.0", 'health: { errors: { max: 0 }, settleSeconds: 1 }'));
  await run("deploy", "--stack", "dev", "--markdown", "-");
  losant.setBehaviour(LINE_2, { kind: "immediate" });
  const closed = (new Date().getUTCDay() + 3) % 7;
  const day = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][closed];
  project.write(program("v1.2.4", "v1.0.0", `windows: [{ days: ["${day}"], from: "10:00", to: "11:00", timeZone: "UTC" }]`));
  await run("deploy", "--stack", "dev", "--markdown", "-");
  project.write(program("v1.2.4", "v1.0.0"));
  await run("plan", "--stack", "dev", "--out", "plan.json", "--markdown", "-");
  losant.change({ applicationId: APPLICATION, flowId: VIBRATION, deviceId: LINE_2, version: "v0.8.0", by: { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } });
  await run("deploy", "--stack", "dev", "--plan", "plan.json", "--markdown", "-");
  losant.change({ applicationId: APPLICATION, flowId: VIBRATION, deviceId: LINE_2, version: "v0.9.0", by: { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } });
  project.write(program("v1.2.4", "v1.0.0", "", true));
  await run("deploy", "--stack", "dev", "--markdown", "-");
});
