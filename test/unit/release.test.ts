// What the release workflow asks before it publishes.
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";

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
