// What Pulumi's plugin process loads, and from where.
import { afterEach, expect, test } from "@jest/globals";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProviderFoundFrom, unreachable } from "../../../sdk/program/plugin-reach.js";
import { providerStub } from "../../../sdk/provider-stub.js";

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A project with these files, as texts or as what becomes JSON. */
function project(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-reach-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const installedIn = (modules: string): Record<string, unknown> => ({
  [`${modules}/installed/package.json`]: { name: "installed", exports: { "./provider": "./provider.js" } },
  [`${modules}/installed/provider.js`]: "",
});

test("the plugin process finds a package of the program's folder and of a folder above", () => {
  const folder = project({ ...installedIn("node_modules"), "packages/project/index.js": "" });
  expect(isProviderFoundFrom(folder, "installed/provider")).toBe(true);
  expect(isProviderFoundFrom(join(folder, "packages/project"), "installed/provider")).toBe(true);
});

test("it does not find the package of a library, and one sentence says what to do", () => {
  const folder = project({ ...installedIn("node_modules/library/node_modules"), "index.js": "" });
  expect(isProviderFoundFrom(folder, "installed/provider")).toBe(false);
  expect(unreachable("/plant")).toBe(
    "Pulumi's plugin process cannot load pulumi-losant from /plant: add pulumi-losant to the dependencies of the project's own package.json and install it there, also where only a library or a bundle of the project uses it.",
  );
});

test("each verb is the pinned text, whatever a bundler makes of the sources", () => {
  const pinned = readFileSync("test/fixtures/provider-stub.txt", "utf8");
  const verbs = Object.entries(providerStub);
  expect(verbs.map(([name]) => name)).toEqual(["configure", "check", "diff", "create", "read", "update", "delete"]);
  for (const [, verb] of verbs) expect(pinned).toContain(`return ${String(verb)};\n`);
  // A bundler rewrites each `require` that stands in code.
  const code = readFileSync("sdk/provider-stub.ts", "utf8").replaceAll(/\/\*\*[^]*?\*\//g, "");
  expect(code.replaceAll(/`[^`]*`/g, "")).not.toContain("require");
});
