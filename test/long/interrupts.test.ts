// The first interrupt of a rollout, in each way a person or a pipeline has, on each supported Node, on both fronts. How the
// plugin sees it rests on parts of Node that differ between versions (`provider/host/interruption.ts`).
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nativeProgramIn } from "../support/native-project.js";
import { withNode } from "../support/other-node.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import { canFindPlugins, pluginsOf } from "../support/plugin-processes.js";
import type { Project } from "../support/project.js";
import { CTRL_C, startInTerminal } from "../support/pseudo-terminal.js";

jest.setTimeout(240_000);

/** The oldest one that package.json allows, and the newest of each line when this was written. */
const NODES = ["22.13.0", "22.23.3", "24.21.0", "26.10.0"];
const FRONTS = { dynamic: "pulumi-losant", native: "pulumi-losant/native" } as const;
const UP = ["up", "--yes", "--skip-preview"];

/** A run of `up` that can be interrupted. */
interface Run {
  interrupt(): void;
  readonly done: Promise<{ readonly code: number | null; readonly output: string }>;
}

type Start = (project: Project, env: NodeJS.ProcessEnv) => Run;

function spawned(line: readonly string[], project: Project, env: NodeJS.ProcessEnv, signal: NodeJS.Signals): Run {
  const child = spawn(line[0] ?? "", line.slice(1), { cwd: project.dir, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return {
    interrupt: () => void child.kill(signal),
    done: new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve({ code, output }));
    }),
  };
}

const AUTOMATION = `
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
const stack = await LocalWorkspace.selectStack({ stackName: "dev", workDir: process.cwd() });
const aborting = new AbortController();
process.on("SIGUSR2", () => aborting.abort());
await stack.up({ signal: aborting.signal, onOutput: (text) => process.stdout.write(text) });
`;

const WAYS: Readonly<Record<string, Start>> = {
  "Ctrl-C in a terminal": (project, env) => {
    const { press, done } = startInTerminal(["pulumi", ...UP], { cwd: project.dir, env, columns: 400 });
    return { interrupt: () => press(CTRL_C), done };
  },
  "SIGTERM to the CLI alone": (project, env) =>
    spawned(["pulumi", ...UP, "--non-interactive"], project, env, "SIGTERM"),
  "an abort of the Automation API": (project, env) => {
    writeFileSync(join(project.dir, "automation.mjs"), AUTOMATION);
    // The signal is for the script, which aborts then: it is no signal to the CLI.
    return spawned(["node", "automation.mjs"], project, env, "SIGUSR2");
  },
};

describe.each(Object.entries(FRONTS))("on the %s front,", (front, module) => {
  let plant: Plant;
  let project: Project;

  beforeAll(async () => {
    plant = await createPlant({ devices: 4 });
    project = await projectAt(plant, { refreshAlways: false });
    if (front === "native") nativeProgramIn(project, "nodejs")({ main: "index.js" });
    declare("v1");
    const up = await project.up();
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
  });
  afterAll(async () => {
    project.remove();
    await plant.simulator.close();
  });

  function declare(wanted: string): void {
    const { applicationId, flowId, devices: deviceIds } = plant;
    const rollout = { batches: [1, "100%"], onFailure: "rollback", timeoutSeconds: 60 };
    project.write(`
      import * as losant from ${JSON.stringify(module)};
      new losant.EdgeDeployment("plant", ${JSON.stringify({ applicationId, flowId, version: wanted, deviceIds, rollout })});
      export const node = process.versions.node;
    `);
  }

  const reportsAfter = (afterMs: number): void =>
    plant.simulator.setBehaviour(plant.devices[0] ?? "", { kind: "late", afterMs });

  describe.each(NODES)("Node %s", (node) => {
    test.each(Object.keys(WAYS))("%s ends the rollout within seconds, and the state is true", async (way) => {
      const env = withNode(node, project.env);
      const before = plant.desired()[1];
      const wanted = before === "v1" ? "v2" : "v1";
      declare(wanted);
      reportsAfter(60_000);
      const run = WAYS[way]?.(project, env);
      if (run === undefined) throw new Error(way);
      const ended = run.done.then(({ output }) => output);
      while (plant.desired()[0] !== wanted) {
        const output = await Promise.race([ended, sleep(20)]);
        if (output !== undefined) throw new Error(`it ended before its first batch\n${output}`);
      }
      // It polls for the report of the canary.
      plant.reads();
      for (let polls = 0; polls < 3; polls += plant.reads()) await sleep(20);
      if (canFindPlugins && front === "dynamic") {
        const binary = (env["PATH"] ?? "").split(":")[0] ?? "";
        expect(pluginsOf(plant.simulator.url).map((pid) => readlinkSync(`/proc/${pid}/exe`))).toContain(
          join(binary, "node"),
        );
      }

      const calls = plant.simulator.calls.length;
      run.interrupt();
      const { code, output } = await run.done;

      expect(code).not.toBe(0);
      expect(output.replaceAll(/\s+/g, " ")).toContain(
        `rollout of ${wanted} interrupted in batch 1 of 2: 0 of 4 devices run it, 1 still under way, 3 not released. ` +
          "It stays there; the next `pulumi up` goes on from there.",
      );
      // One look to part, and not the minute that the canary would have.
      expect(plant.simulator.calls.length - calls).toBeLessThan(5);
      expect(plant.desired()).toEqual({ 0: wanted, 1: before, 2: before, 3: before });
      const { plant: saved } = await project.deployments();
      expect(saved?.outputs).toMatchObject({ version: wanted, pendingDeviceIds: [plant.devices[0]] });

      reportsAfter(0);
      plant.simulator.settle();
      const again = await project.run(UP, { env });
      expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);
      expect(await project.outputs()).toEqual({ node });
      expect(plant.desired()).toEqual({ 0: wanted, 1: wanted, 2: wanted, 3: wanted });
    });
  });
});
