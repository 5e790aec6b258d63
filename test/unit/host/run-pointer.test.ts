// The file of a program, found by the address of its engine.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { newRunFile, runOf } from "../../../provider/host/run-pointer.js";

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "run-pointer-"));
});
afterEach(() => rmSync(temporary, { recursive: true }));

describe("a plugin finds the file of the program", () => {
  test("that runs with the same engine, however the address is written", () => {
    const run = newRunFile("dns:127.0.0.1:41045", temporary);
    expect(runOf("127.0.0.1:41045", temporary)).toBe(run);
  });

  test("and no file of another engine's program", () => {
    newRunFile("127.0.0.1:41045", temporary);
    expect(runOf("127.0.0.1:41046", temporary)).toBeUndefined();
  });

  test("the newest one, where an engine that is gone had the same address", () => {
    newRunFile("127.0.0.1:41045", temporary);
    const run = newRunFile("127.0.0.1:41045", temporary);
    expect(runOf("127.0.0.1:41045", temporary)).toBe(run);
  });

  test("and none where no program has run", () => {
    expect(runOf("127.0.0.1:41045", temporary)).toBeUndefined();
  });
});

test("files that are a day old are removed by the next program", () => {
  const old = newRunFile("127.0.0.1:41045", temporary);
  const folder = dirname(dirname(old));
  const yesterday = Date.now() / 1000 - 100_000;
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), yesterday, yesterday);
  newRunFile("127.0.0.1:41046", temporary);
  expect(existsSync(old)).toBe(false);
  expect(runOf("127.0.0.1:41045", temporary)).toBeUndefined();
});
