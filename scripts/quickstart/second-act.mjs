/** The second act: each scene has a Losant that is as new, and a stack of its own. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localDir, root } from "../lib/paths.mjs";
import { createStack } from "./stack.mjs";

const PLANT = "aa0000000000000000000002";
const TELEMETRY = "f10000000000000000000001";
const VIBRATION = "f10000000000000000000002";
const line = (number) => `d1${String(number).padStart(22, "0")}`;
const ADOPTED = join(localDir, "quickstart-adopt");

/** @typedef {ReturnType<typeof import("./stage.mjs").createStage>} Stage */

/**
 * @param {string} act
 * @param {{ stage: Stage, losant: { url: string, reset(): void } }} scene
 */
export async function play(act, { stage, losant }) {
  losant.reset();
  // As a CI job has it: nothing of it is in the stack's files.
  const env = { LOSANT_API_URL: losant.url, LOSANT_API_TOKEN: "demo-deploy-token", LOSANT_APPLICATION_ID: PLANT };
  await SCENES[act](stage, env);
}

const SCENES = {
  async rollout(stage, env) {
    const cwd = join(root, "examples", "staged-rollout");
    await onStack({ project: "losant-staged-rollout", cwd }, async () => {
      stage.heading("The whole plant: Telemetry v1.2.3 in batches, as examples/staged-rollout/index.ts declares it.");
      stage.remark(
        "`up` waits until the devices of a batch run the version. line-7 and line-11 are offline: they follow.",
      );
      await stage.pulumi(["up", "--yes", "--skip-preview"], { cwd, env });

      stage.heading("v1.3.0 needs a newer agent than line-9 has: the preview warns, and the rollout stops there.");
      await stage.pulumi(["config", "set", "version", "v1.3.0"], { cwd, env });
      await stage.pulumi(["up", "--yes"], { cwd, env, fails: true });
      stage.remark(
        "The devices before it run v1.3.0. Mend line-9, and the next `up` goes on from there; docs/rollouts.md",
      );
    });
  },

  async adopt(stage, env) {
    stage.heading("Somebody deployed Vibration v0.9.0 to three devices by hand, before there was any program.");
    await stage.byHand(`/applications/${PLANT}/edge/deployments/release`, "demo-user-token", {
      flowId: VIBRATION,
      version: "v0.9.0",
      deviceIds: [4, 5, 6].map(line),
    });
    makeProject(ADOPTED);
    await onStack({ project: "losant-adopted", cwd: ADOPTED }, async () => {
      stage.heading("What runs becomes a program and a file for Pulumi's import. Losant is only read.");
      await stage.losant(["adopt"], { cwd: ADOPTED, env });
      await stage.pulumi("import --file adopted.json --protect=false --generate-code=false --yes".split(" "), {
        cwd: ADOPTED,
        env,
      });

      stage.heading("The preview shows no change: it is managed now, and nothing has moved.");
      await stage.pulumi(["preview", "--refresh"], { cwd: ADOPTED, env });
    });
    rmSync(ADOPTED, { recursive: true, force: true });
  },

  async ci(stage, env) {
    const cwd = root;
    await onStack({ project: "losant-quickstart", cwd }, async () => {
      stage.heading("A stack that is deployed, and then somebody moves line-3 by hand.");
      await stage.pulumi(["up", "--yes", "--skip-preview"], { cwd, env });
      await stage.byHand(`/applications/${PLANT}/edge/deployments/release`, "demo-user-token", {
        flowId: TELEMETRY,
        version: "v1.2.2",
        deviceIds: [line(3)],
      });

      stage.heading("The nightly job finds it. Exit code 2: drift.");
      await stage.losant(["drift", "--stack", STACK], { cwd, env, fails: true });

      stage.heading("The deploy job refuses to deploy over it. Exit code 3: refused, nothing was moved.");
      await stage.losant(["deploy", "--stack", STACK, "--max-devices", "5"], { cwd, env, fails: true });

      stage.heading("Once somebody has looked, drift is allowed for one run.");
      await stage.losant(["deploy", "--stack", STACK, "--max-devices", "5", "--allow-drift"], { cwd, env });
      stage.remark("The whole job, with reports on the pull request: docs/ci.md");
    });
  },
};

const STACK = "quickstart";

async function onStack(options, work) {
  const stack = createStack(STACK, options);
  await stack.makeFresh();
  try {
    await work();
  } finally {
    await stack.remove();
  }
}

/** A folder in this clone, so that Node finds the package. */
function makeProject(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: losant-adopted\n${runtime}main: adopted.ts\n`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
}
