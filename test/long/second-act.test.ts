// The second act of the quick start: a rollout, adoption, CI. `npm test` plays the first one.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { copyForQuickstart, stepIn } from "../support/quickstart-copy.js";
import type { QuickstartCopy } from "../support/quickstart-copy.js";

jest.setTimeout(900_000);

let copy: QuickstartCopy;
let run: Awaited<ReturnType<QuickstartCopy["run"]>>;
beforeAll(async () => {
  copy = copyForQuickstart();
  run = await copy.run("rollout", "adopt", "ci");
});
afterAll(() => copy.remove());

const step = (number: number): string => stepIn(run.output, number);

test("ends well, and leaves neither stacks nor settings nor folders", () => {
  expect(run).toEqual({ code: 0, output: expect.stringMatching(/Done in .* nothing is left running/s) });
  const stacks = join(copy.dir, ".pulumi-losant", "state", ".pulumi", "stacks");
  for (const project of readdirSync(stacks))
    expect(readdirSync(join(stacks, project))).not.toContain("quickstart.json");
  expect(existsSync(join(copy.dir, "examples", "staged-rollout", "Pulumi.quickstart.yaml"))).toBe(false);
  expect(existsSync(join(copy.dir, ".pulumi-losant", "quickstart-adopt"))).toBe(false);
});

test("a rollout goes batch by batch, and stops at the device whose agent is too old", () => {
  expect(step(8)).toMatch(/rolled out v1\.2\.3 to 12 devices in 3 batches.*10 run it, 2 offline/);
  expect(step(9)).toMatch(/line-9 .*has 1\.36\.0[^]*rollout of v1\.3\.0 stopped in batch 3 of 3[^]*Exit code \d/);
});

test("adoption imports what runs, and changes nothing in Losant", () => {
  expect(step(11)).toMatch(/v0\.9\.0 on 3 devices[^]*no write/);
  expect(step(12)).toMatch(/2 unchanged[^]*no write$/m);
});

test("CI finds drift, refuses to deploy over it, and deploys once it is allowed", () => {
  expect(step(14)).toMatch(/"Eva Huber"[^]*Exit code 2/);
  expect(step(15)).toMatch(/Refused by allowDrift[^]*no write[^]*/);
  expect(step(15)).toContain("Exit code 3");
  expect(step(16)).toMatch(/POST \/edge\/deployments\/\w+ 202/);
});
