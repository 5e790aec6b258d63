// The commands of the README and of docs/ exist, with their options; so do the settings that they set.
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { SETTING_NAMES } from "../../../provider/settings.js";
import { commandLine } from "../../../sdk/cli/commands.js";
import { blocks, pages } from "./pages.js";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

const prose = pages.map((page) => readFileSync(page, "utf8")).join("\n");

test("each `npm run` of a page is a script of package.json", () => {
  const named = [...prose.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("each command and option of `pulumi-losant` in a block exists", () => {
  const lines = blocks
    .filter(({ language }) => ["sh", "text", "yaml"].includes(language))
    .flatMap(({ code }) => code.split("\n"))
    .flatMap((line) => /npx pulumi-losant (.*)/.exec(line)?.[1]?.replace(/\s#.*|[")].*/, "") ?? []);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.flatMap(unknownIn)).toEqual([]);
  expect(unknownIn("deploy --max-device 5")).toEqual(["deploy: --max-device"]);
});

test("each setting that a page names exists", () => {
  const named = [...prose.matchAll(/`?losant:([a-z]\w*)/g)].map(([, name = ""]) => name);
  const types = ["index"];
  const known = [...SETTING_NAMES, "preflight", "refreshBeforeUpdate", ...types] as string[];
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
});

function unknownIn(line: string): string[] {
  const words = line.trim().split(/\s+/);
  let command: Command = commandLine(() => {});
  const path: string[] = [];
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
    path.push(word);
  }
  if (path.length === 0) return words[0]?.startsWith("-") ? [] : [line];
  const options = command.options.flatMap(({ long, short }) => [long, short]);
  return words
    .filter((word) => /^--?[a-z]/.test(word) && !options.includes(word.split("=")[0]))
    .map((word) => `${path.join(" ")}: ${word}`);
}
