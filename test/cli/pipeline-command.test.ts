// The built command, as a CI job runs it: exit codes, reports, signals.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { report } from "pulumi-losant/pipeline";
import type { DeploySummary } from "pulumi-losant/pipeline";
import { pulumiLosant, STACKS_PROGRAM } from "../support/automation.js";
import { startHttpServer } from "../support/http-server.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
const outputs: string[] = [];

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant, { program: STACKS_PROGRAM, stacks: { staging: {}, production: {} } });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, more: object = {}): void {
  const { applicationId, flowId, devices } = plant;
  const args = (from: number, to: number) => {
    return { applicationId, flowId, version, deviceIds: devices.slice(from, to), ...more };
  };
  project.declare({ staging: { telemetry: args(0, 2) }, production: { telemetry: args(2, 4) } });
}

async function run(args: string, options: Parameters<typeof pulumiLosant>[2] = {}): Promise<Result> {
  const result = await pulumiLosant(project, args.split(" "), options);
  outputs.push(result.output);
  return result;
}

const BOTH = "--stack staging --stack production";
const file = (name: string): string => readFileSync(join(project.dir, name), "utf8");

describe("help", () => {
  test.each(["drift", "deploy", "promote", "adopt", "status"])(
    "of %s shows an example that begins with npx",
    async (command) => {
      const { code, stdout } = await run(`${command} --help`);
      expect(code).toBe(0);
      expect(stdout).toContain(`npx pulumi-losant ${command} --`);
    },
  );

  test("a mistyped option names itself, and points to the help", async () => {
    const { code, stderr } = await run("drift --stak dev");
    expect(code).toBe(1);
    expect(stderr).toMatch(/--stak[^]*--stack[^]*--help/);
    expect((await run("drift")).stderr).toContain("which stack? For example --stack production");
  });

  test("a value without sense is refused before anything runs", async () => {
    expect(await run("deploy --stack dev --max-devices many")).toMatchObject({ code: 1, stdout: "" });
    const { code, stderr } = await run("promote --stack dev --hold soon");
    expect(code).toBe(1);
    expect(stderr).toContain("Give a time such as 90s, 10m or 2h");
    expect((await run("drift --stack dev --json --markdown")).stderr).toContain("cannot both go to stdout");
  });
});

test("0: deployed, side by side; the reports are files, stdout stays empty, progress is on stderr", async () => {
  declare("v1");
  const summary = join(project.dir, "summary.md");
  writeFileSync(summary, "what an earlier command said\n");
  const { code, stdout, stderr } = await run(`deploy ${BOTH} --json report.json --markdown ${summary}`, {
    env: { GITHUB_STEP_SUMMARY: summary },
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("production: telemetry create done");
  const read = report.parse(JSON.parse(file("report.json"))) as DeploySummary;
  expect(read.stacks.map(({ stack, outcome }) => [stack, outcome])).toEqual([
    ["staging", "deployed"],
    ["production", "deployed"],
  ]);
  expect(file("summary.md")).toMatch(/^what an earlier command said\n## staging: deployed/);
});

test("2: drift, on stdout as JSON and nothing else", async () => {
  plant.byHand(2, "v4");
  const { code, stdout } = await run(`drift ${BOTH} --json`);
  expect(code).toBe(2);
  expect(report.parse(JSON.parse(stdout))).toMatchObject({ kind: "driftSummary", clean: false });
});

test("3: refused by a gate; the stack without drift is done all the same", async () => {
  declare("v2");
  const { code, stdout } = await run(`deploy ${BOTH}`);
  expect(code).toBe(3);
  expect(stdout).toContain("## production: refused");
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v4", 3: "v1" });
});

test("4: a failing device stops a promotion before production", async () => {
  const [failing = ""] = plant.devices;
  plant.simulator.setBehaviour(failing, { kind: "failing", error: "agent too old", versions: ["v3"] });
  // It waits for the devices, so the report is there when the stage ends.
  declare("v3", { rollout: { batches: ["100%"], timeoutSeconds: 20 } });
  const { code, stdout } = await run(`promote ${BOTH} --allow-drift --hold 60s`);
  expect(code).toBe(4);
  expect(stdout).toContain("production not reached");
  expect(plant.desired()).toMatchObject({ 2: "v4", 3: "v1" });
  plant.simulator.setBehaviour(failing, { kind: "immediate" });
});

test("a signal ends it in order: what was under way is saved, the lock is gone, the next run goes on", async () => {
  declare("v5");
  plant.simulator.fault({ method: "POST", delayMs: 1500 });
  let sent = false;
  const { code, stderr, stdout } = await run("deploy --stack staging --allow-drift", {
    onText: (text, child) => {
      if (sent || !/up started/.test(text)) return;
      sent = true;
      setTimeout(() => child.kill("SIGTERM"), 1500);
    },
  });
  expect(code).toBe(1);
  expect(stderr).toContain("SIGTERM: ending after the running operations");
  expect(stdout).toContain("## staging: cancelled");
  expect((await run("deploy --stack staging --allow-drift")).code).toBe(0);
  expect(plant.desired()).toMatchObject({ 0: "v5", 1: "v5" });
});

describe("1: what keeps a run from beginning is one sentence with the way out", () => {
  test("no Pulumi CLI", async () => {
    const onlyNode = { PATH: dirname(process.execPath) };
    const { code, stdout, stderr } = await run("drift --stack staging", { env: onlyNode });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^pulumi-losant: the Pulumi CLI is not on PATH\. Get it from https:.*\n$/);
  });

  test("a stack that does not exist; a webhook is told, too: such a night is no night without drift", async () => {
    await using webhook = await startHttpServer([{ status: 204 }]);
    const env = { PULUMI_LOSANT_NOTIFY_URL: `${webhook.url}/hook` };
    const { code, stderr } = await run("drift --stack nope", { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^pulumi-losant: there is no stack nope in this backend:.*\n$/);
    const reason = expect.stringMatching(/^there is no stack nope in this backend/);
    expect(webhook.requests.map(({ body }) => body)).toMatchObject([
      { command: "drift", exitCode: 1, title: "nope: not known", stacks: [{ stack: "nope", reason }] },
    ]);
  });

  test("no project in the folder", async () => {
    const { code, stderr } = await run(`drift --stack staging --cwd ${project.home}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no Pulumi\.yaml in this folder/);
  });

  test("a wrong passphrase: of one stack, in the report of all", async () => {
    const { code, stdout } = await run("drift --stack staging", { env: { PULUMI_CONFIG_PASSPHRASE: "wrong horse" } });
    expect(code).toBe(1);
    expect(stdout).toContain("## staging: not known");
    expect(stdout).toContain("the passphrase of stack staging is wrong");
  });
});

test("nothing that was printed holds the token or the passphrase", () => {
  expect(outputs.join("\n")).not.toContain(plant.token);
  expect(outputs.join("\n")).not.toMatch(/(correct|wrong) horse/);
});
