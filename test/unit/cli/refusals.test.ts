// What the command refuses before it reads or runs anything.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { checkReportOptions, checkTarget } from "../../../sdk/cli/output.js";
import { status } from "../../../sdk/cli/status.js";
import { UsageError } from "../../../sdk/cli/usage-error.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-losant-output-"));
  const { LOSANT_APPLICATION_ID: _id, LOSANT_API_TOKEN: _token, ...env } = process.env;
  jest.replaceProperty(process, "env", env);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

const said = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
  }
  return "nothing";
};

describe("a report", () => {
  test.each(["json", "markdown"] as const)("--%s that could not be written", (option) => {
    const refusal = (target: string): string => said(() => checkReportOptions({ [option]: target }));
    expect(refusal("")).toBe(`--${option}: "" is no file: give its name, or leave the name out for stdout`);
    expect(refusal("  ")).toContain("is no file");
    expect(refusal(folder)).toBe(`--${option}: ${folder} is a folder: give the name of a file`);
    expect(refusal(join(folder, "a", "b"))).toContain(`cannot be written: there is no folder ${join(folder, "a")}`);
  });

  test("that can be written is not refused, and nothing is written yet", () => {
    const there = join(folder, "there");
    writeFileSync(there, "before");
    for (const target of [there, join(folder, "new"), devNull, "-", true] as const) {
      expect([target, said(() => checkTarget("--json", target))]).toEqual([target, "nothing"]);
    }
    expect(said(() => checkTarget("--json", undefined))).toBe("nothing");
  });

  test("in a file that this user may not write", () => {
    const locked = join(folder, "locked");
    writeFileSync(locked, "");
    chmodSync(locked, 0o444);
    // Root may write anywhere.
    expect(said(() => checkTarget("--json", locked))).toBe(
      process.getuid?.() === 0 ? "nothing" : `--json: ${locked} cannot be written: this user may not write there`,
    );
  });

  test("both to stdout", () => {
    expect(said(() => checkReportOptions({ json: true, markdown: "-" }))).toContain("cannot both go to stdout");
  });
});

describe("status", () => {
  test.each([
    [{}, /^which application\? Give --application <id>, or --stack <name>, or set .*LOSANT_APPLICATION_ID$/],
    [{ application: ["plant"] }, /^--application: "plant" is not a Losant id.*open the application in Losant/],
    [{ application: ["a00000000000000000000001"], flow: "x" }, /^--flow: "x" is not a Losant id.*open the workflow/],
    [{ application: ["a00000000000000000000001"] }, /^no API token .*LOSANT_API_TOKEN/],
    [{ stack: ["production"], json: true, html: "-" }, /^--json and --html cannot both go to stdout/],
    [{ stack: ["production"], html: "" }, /^--html: "" is no file/],
    [{ stack: ["production"], json: tmpdir() }, /^--json: .* is a folder/],
  ] as const)("with %j", async (options, message) => {
    const refused = await status({ cwd: ".", ...options }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).message).toMatch(message);
  });
});
