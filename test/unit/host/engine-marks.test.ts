// What the plugin processes of one command know of each other.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { engineMarks } from "../../../provider/host/engine-marks.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-losant-marks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("processes of one engine and one CLI share their marks; others have their own", () => {
  const [one, two] = [engineMarks("127.0.0.1:41045", folder, 7), engineMarks("127.0.0.1:41045", folder, 7)];
  one.add("a");
  two.add("b");
  two.add("b");
  expect([one.all()?.has("a"), one.all()?.has("b"), two.all()?.has("a"), one.all()?.has("c")]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  for (const other of [engineMarks("127.0.0.1:41046", folder, 7), engineMarks("127.0.0.1:41045", folder, 8)]) {
    expect(other.all()?.has("a")).toBe(false);
  }
});

test("without an engine they are those of the process", () => {
  const [one, two] = [engineMarks(undefined, folder), engineMarks(undefined, folder)];
  one.add("a");
  expect([one.all()?.has("a"), two.all()?.has("a")]).toEqual([true, false]);
  expect(readdirSync(folder)).toEqual([]);
});

test("where they cannot be written or read, nothing is known", () => {
  const marks = engineMarks("127.0.0.1:41045", join(folder, "not there", "\0"), 7);
  marks.add("a");
  expect(marks.all()).toBeUndefined();
});
