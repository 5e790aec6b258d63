// The file with the moves of an approved plan: what cannot be read approves nothing.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { refusedMoves } from "../../../provider/decision/approved-moves.js";
import { approvalFrom, writeApproval } from "../../../provider/host/approval-file.js";
import { APPROVED_PLAN, pointedAt } from "../../../provider/resource/approved-plan.js";

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "approval-"));
});
afterEach(() => rmSync(temporary, { recursive: true }));

const FLOW = { applicationId: "A".repeat(24), flowId: "f".repeat(24) };
const KEY = `${"a".repeat(24)}/${"f".repeat(24)}`;
const moves = [
  { ...FLOW, from: null, to: "v1", deviceIds: ["D1", "d2"] },
  { ...FLOW, from: "v1", to: null, deviceIds: ["d1"] },
];

function written() {
  const file = writeApproval("sha256:plan", moves, temporary);
  const { path = "" } = pointedAt(file.variables[APPROVED_PLAN] ?? "") ?? {};
  return { ...file, path, read: () => approvalFrom((name) => file.variables[name]) };
}

const anyMove = { deviceId: "d1", from: null, to: "v1" };
const isClosed = (approval: ReturnType<typeof approvalFrom>): boolean =>
  approval !== undefined && "unreadable" in approval && refusedMoves(approval, KEY, [anyMove]).length === 1;

test("what is written is what is read, by device, whatever the case of ids", () => {
  const approval = written().read();
  expect(approval).toEqual({
    plan: "sha256:plan",
    ways: new Map([
      [
        KEY,
        new Map([
          [
            "d1",
            [
              { from: null, to: "v1" },
              { from: "v1", to: null },
            ],
          ],
          ["d2", [{ from: null, to: "v1" }]],
        ]),
      ],
    ]),
  });
});

test("its user alone can read it, and it goes when the run is over", () => {
  const { path, remove } = written();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(dirname(path))).mode & 0o777).toBe(0o700);
  remove();
  expect(existsSync(path)).toBe(false);
});

test("without the variable there is no approved plan", () => {
  expect(approvalFrom(() => undefined)).toBeUndefined();
  expect(approvalFrom(() => "")).toBeUndefined();
});

test("a file that is gone, and a variable of another form, approve nothing", () => {
  const { remove, read } = written();
  remove();
  expect(read()).toEqual({ unreadable: "its file is gone" });
  expect(isClosed(read())).toBe(true);
  expect(isClosed(approvalFrom(() => "yes"))).toBe(true);
});

test("whatever is changed in the file, it approves nothing", () => {
  const { path, read } = written();
  const text = readFileSync(path, "utf8");
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom("0", "x", "", " ", '"'), (at, character) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      fc.pre(changed !== text);
      writeFileSync(path, changed);
      expect(isClosed(read())).toBe(true);
    }),
    { numRuns: 200 },
  );
});
