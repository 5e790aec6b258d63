/** `npm run quickstart` as a person meets it, in a copy of the repository, so that nobody's own stacks are touched. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { copyForQuickstart, stepIn } from "../support/quickstart-copy.js";
import type { QuickstartCopy } from "../support/quickstart-copy.js";

const { textOf } = (await import(new URL("../../scripts/picture/svg.mjs", import.meta.url).href)) as {
  textOf: (svg: string) => string[];
};
const repository = resolve(import.meta.dirname, "../..");
let copy: QuickstartCopy;
let run: Awaited<ReturnType<QuickstartCopy["run"]>>;

beforeAll(async () => {
  copy = copyForQuickstart();
  run = await copy.run();
}, 180_000);

afterAll(() => copy.remove());

const step = (number: number): string => stepIn(run.output, number);

test("it ends well, and tells of the second act without asking for it", () => {
  expect(run).toEqual({ code: 0, output: expect.stringMatching(/Done in .* nothing is left running/s) });
  expect(run.output).toContain("npm run quickstart -- rollout");
});

test("one release creates, and a second look writes nothing", () => {
  expect(step(1)).toMatch(/\+ 2 created.*Losant was asked: \d reads?, POST \/edge\/deployments\/release 202$/ms);
  expect(step(2)).toMatch(/2 unchanged.*no write$/ms);
});

test("the drift names the device, the versions and who did it", () => {
  expect(step(4)).toMatch(/line-2.*v1\.2\.3 -> v1\.2\.2 by user "Eva Huber"/);
  expect(step(4)).toMatch(/~ 1 to update.*no write$/ms);
  expect(step(5)).toMatch(/~ 1 updated.*reads, POST \/edge\/deployments\/\w+ 202$/ms);
});

test("the README's picture is what the drift really looks like: `npm run picture` makes it anew", () => {
  const shown = textOf(readFileSync(join(repository, "docs", "preview.svg"), "utf8")).map((line) => line.trimEnd());
  const said = run.output.split("\n").map((line) => line.trimEnd());
  const start = said.indexOf(shown[0] ?? "");
  expect(shown.length).toBeGreaterThan(10);
  // Pulumi's order of the parts below "Diagnostics:" differs from run to run.
  expect(said.slice(start, start + shown.length).toSorted()).toEqual(shown.toSorted());
});

test("the bump is one call", () => {
  expect(step(6)).toMatch(/~ version +: "v1\.2\.3" => "v1\.2\.4"/);
  expect(step(7)).toMatch(/~ 1 updated.*reads, POST \/edge\/deployments\/replace 202$/ms);
});

test("the token is not shown, and neither stack nor its settings are left", () => {
  expect(run.output).not.toContain("demo-deploy-token");
  expect(existsSync(join(copy.dir, "Pulumi.quickstart.yaml"))).toBe(false);
  const stacks = join(copy.dir, ".pulumi-losant", "state", ".pulumi", "stacks", "losant-quickstart");
  expect(readdirSync(stacks)).not.toContain("quickstart.json");
});
