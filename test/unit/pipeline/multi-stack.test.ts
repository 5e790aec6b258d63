// Several stacks at once: each has its report, whatever becomes of the others.
import { expect, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deployAll, detectDriftAll, exitCodeOf, promote } from "../../../sdk/pipeline/index.js";
import { playedStack } from "./played-stack.js";
import { moved, state, step } from "./support.js";

const UPDATE = [step("update", state({}), state({ version: "v2" }))];

/** What no run of Pulumi can answer for: a bug, here or in Pulumi. */
function throwing(name: string): Stack {
  const stack = playedStack({ name });
  const workspace = new Proxy(stack.workspace, {
    get: (_target, key) => {
      if (key === "envVars") return {};
      throw new Error(`no ${String(key)} today`);
    },
  });
  return { ...stack, name, workspace, preview: stack.preview, up: stack.up } as unknown as Stack;
}

test("deployAll: one that throws is a result with a problem, and the others are deployed", async () => {
  const report = await deployAll([
    playedStack({ name: "graz", preview: UPDATE, up: UPDATE }),
    throwing("linz"),
    playedStack({ name: "wien", preview: new Error("error: the program is broken") }),
    playedStack({ name: "ulm", preview: UPDATE, up: UPDATE }),
  ]);
  expect(report.stacks.map(({ stack, outcome, problem }) => [stack, outcome, problem?.message])).toEqual([
    ["graz", "deployed", undefined],
    ["linz", "failed", "no program today"],
    ["wien", "failed", "the program is broken"],
    ["ulm", "deployed", undefined],
  ]);
  expect(exitCodeOf(report)).toBe(1);
});

test("promote: a stage that throws stops it, and the stages before are in the report", async () => {
  const staging = playedStack({ name: "staging", preview: UPDATE, up: UPDATE });
  const report = await promote([staging, throwing("production"), playedStack({ name: "abroad" })]);
  expect(report).toMatchObject({
    outcome: "stopped",
    stages: [
      { stack: "staging", outcome: "deployed" },
      { stack: "production", outcome: "failed", problem: { message: "no program today" } },
    ],
    notReached: ["abroad"],
  });
});

test("detectDriftAll: one whose events cannot be read is not clean, and says why; the others are read", async () => {
  const drift = [step("refresh", state({}), state({ drift: [moved(0, "v1", "v9")] }))];
  const unreadable = playedStack({
    name: "linz",
    preview: [{ resOutputsEvent: { metadata: { urn: 4711 } } } as never],
  });
  const report = await detectDriftAll([playedStack({ name: "graz", preview: drift }), unreadable]);
  expect(report).toMatchObject({ clean: false, stacks: [{ stack: "graz", clean: false }, { stack: "linz" }] });
  expect(report.stacks[1]?.clean).toBeUndefined();
  expect(report.stacks[1]?.problem?.code).toBe("failed");
});

test("no more stacks than asked for run at once, and the results are in the given order", async () => {
  let running = 0;
  let most = 0;
  const stacks = Array.from({ length: 6 }, (_, index) =>
    playedStack({
      name: `s${index}`,
      onRun: async () => {
        running += 1;
        most = Math.max(most, running);
        for (let turn = 0; turn < 6 - index; turn++) await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
    }),
  );
  const report = await detectDriftAll(stacks, { concurrency: 2 });
  expect(most).toBe(2);
  expect(report.stacks.map(({ stack }) => stack)).toEqual(["s0", "s1", "s2", "s3", "s4", "s5"]);
});

test("a number of stacks that is none is refused before anything runs", async () => {
  const refused = playedStack({ onRun: async () => Promise.reject(new Error("it ran")) });
  await expect(deployAll([refused], {}, { concurrency: 0 })).rejects.toThrow(
    "concurrency: 0 is not a number of stacks: give a whole number, 1 or more",
  );
});
