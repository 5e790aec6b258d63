// What the release workflow asks before it publishes.
import { expect, test } from "@jest/globals";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { archivePlugin, archivesIn } from "../../scripts/release/plugin-archive.mjs";

const { problemsOf, notesOf } = (await import(new URL("../../scripts/release/release.mjs", import.meta.url).href)) as {
  problemsOf: (release: { tag: string; manifest: object; changelog: string }) => string[];
  notesOf: (changelog: string, version: string) => string;
};

const filled = { author: "a", repository: "b", homepage: "c", bugs: "d" };
const changelog = "# Changelog\n\n## Unreleased\n\n## 1.2.0\n\n### Added\n\n- one\n\n## 1.1.0\n\n- two\n";

test("a tag of the version, with a section of the changelog and the publisher's fields, can be published", () => {
  expect(problemsOf({ tag: "v1.2.0", manifest: { ...filled, version: "1.2.0" }, changelog })).toEqual([]);
  expect(notesOf(changelog, "1.2.0")).toBe("### Added\n\n- one");
});

test("another tag, a missing section and missing fields are named", () => {
  expect(problemsOf({ tag: "v1.2.1", manifest: { version: "1.3.0", author: "a" }, changelog })).toEqual([
    "the tag v1.2.1 is not v1.3.0, the version of package.json",
    'CHANGELOG.md has nothing under "## 1.3.0"',
    'package.json has no repository, homepage, bugs: see "publisher" there',
  ]);
});

test("the version of package.json has its section in the changelog", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(notesOf(readFileSync("CHANGELOG.md", "utf8"), version).length).toBeGreaterThan(500);
});

test("the archive of the plugin has the file and what Windows starts, executable; the same bytes under each name", async () => {
  await inFolder(async (folder) => {
    const plugin = pluginIn(folder, "#!/usr/bin/env node\n");
    const files = await archivesIn(join(folder, "out"), plugin, "1.2.0");
    expect(files.map((file) => file.slice(join(folder, "out/").length))).toContain(
      "pulumi-resource-losant-v1.2.0-linux-amd64.tar.gz",
    );
    const [first = "", ...others] = files.map((file) => readFileSync(file, "base64"));
    expect(new Set(others)).toEqual(new Set([first]));
    const entries: [string, number | undefined][] = [];
    await list({ file: files[0] ?? "", onReadEntry: ({ path, mode }) => void entries.push([path, mode]) });
    expect(entries).toEqual([
      ["pulumi-resource-losant", 0o755],
      ["pulumi-resource-losant.cmd", 0o755],
    ]);
    await archivePlugin(plugin, join(folder, "again.tar.gz"));
    expect(readFileSync(join(folder, "again.tar.gz"), "base64")).toBe(first);
  });
});

test("an archive of more than 400 KB is refused", async () => {
  await inFolder(async (folder) => {
    const plugin = pluginIn(folder, randomBytes(500_000));
    await expect(archivePlugin(plugin, join(folder, "a.tar.gz"))).rejects.toThrow(/has \d+ bytes, and may have 400000/);
  });
});

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-release-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pluginIn(folder: string, file: string | Buffer): string {
  const plugin = join(folder, "plugin");
  mkdirSync(plugin);
  writeFileSync(join(plugin, "pulumi-resource-losant"), file);
  writeFileSync(join(plugin, "pulumi-resource-losant.cmd"), "@node %*\r\n");
  return plugin;
}
