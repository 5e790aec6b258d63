// What the plugin process knows of other resources, with the facts that a program writes into its file.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHandover } from "../../../provider/apply/handover.js";
import type { Handover } from "../../../provider/apply/handover.js";
import type { Inputs } from "../../../provider/resource/inputs.js";
import { factLine } from "../../../provider/resource/program-facts.js";
import type { ProgramFact, Registration } from "../../../provider/resource/program-facts.js";
import type { Saved } from "../../../provider/resource/state.js";

const FLOW = { applicationId: "a".repeat(24), flowId: "f".repeat(24) };
const declaring = (...deviceIds: string[]): Inputs => ({ ...FLOW, version: "v1", deviceIds });
const saved = (...deviceIds: string[]): Saved => ({ inputs: declaring(...deviceIds), leaving: [] });

let folder: string;
let handover: Handover;
const run = (): string => join(folder, "run");
const say = (...facts: ProgramFact[]): void => appendFileSync(run(), facts.map(factLine).join(""));
const registered = (self: string): Registration => ({ run: run(), self, name: `resource-${self}` });
const declared = (self: string, ...deviceIds: string[]): ProgramFact => ({
  fact: "declared",
  self,
  name: `resource-${self}`,
  ...FLOW,
  deviceIds,
});
const owned = (name: string, deviceIds: string[], others: string[] = []): ProgramFact => ({
  fact: "owned",
  id: `urn of ${name}`,
  name,
  ...FLOW,
  deviceIds,
  others,
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "handover-"));
  handover = createHandover();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("who declares a device", () => {
  test("is known of resources that Pulumi has not shown yet", () => {
    say(declared("1", "a"), declared("2", "b"));
    handover.checked(registered("1"), declaring("a"));
    handover.identified("id-1", registered("1"));
    const view = handover.viewFrom("id-1", FLOW);
    expect(view.declaredBy("b")).toBe("resource-2");
    expect(view.declaredBy("a")).toBeUndefined();
    expect(view.isKnown).toBe(true);
  });

  test("follows what the program says later", () => {
    say(declared("1", "a"), { fact: "unknown", self: "2", name: "resource-2" });
    handover.checked(registered("1"), declaring("a"));
    expect(handover.viewFrom("id-1", FLOW).declaredBy("b")).toBeUndefined();
    say(declared("2", "b"));
    handover.checked(registered("2"), undefined);
    expect(handover.viewFrom("id-1", FLOW).declaredBy("b")).toBe("resource-2");
  });

  test("follows what Pulumi shows, since transforms and ignoreChanges may change it", () => {
    say(declared("1", "a", "b"), declared("2", "c"));
    handover.checked(registered("1"), declaring("a"));
    expect(handover.viewFrom("id-2", FLOW).declaredBy("b")).toBeUndefined();
    say(declared("1", "a", "b"));
    handover.checked(registered("2"), declaring("c"));
    expect(handover.viewFrom("id-2", FLOW).declaredBy("b")).toBeUndefined();
  });

  test("is not known without a program, as in a destroy", () => {
    handover.stateSeen("id-1", saved("a"));
    expect(handover.viewFrom("id-1", FLOW).isKnown).toBe(false);
  });

  test("two that declare one device after all are told", () => {
    say(declared("1", "a"), declared("2", "b"));
    expect(handover.checked(registered("1"), declaring("a", "b"))).toEqual([
      { deviceId: "b", declaredBy: "resource-2" },
    ]);
  });

  test("what has replaced a resource under its own name is another one to the resource that is deleted", () => {
    say(declared("1", "a"));
    handover.checked(registered("1"), declaring("a"));
    handover.identified("old", registered("1"));
    expect(handover.viewFrom("old", FLOW).declaredBy("a")).toBeUndefined();
    // As in a destroy that runs the program: nothing has replaced it.
    expect(handover.viewOfDeleted("old", FLOW).declaredBy("a")).toBeUndefined();
    handover.stateReturned("new", { ...saved("a"), facts: { name: "resource-1" } });
    expect(handover.viewOfDeleted("old", FLOW).declaredBy("a")).toBe("resource-1");
    expect(handover.viewOfDeleted("old", FLOW).isTaken("a")).toBe(true);
  });

  test("a resource whose devices are not known yet counts as declaring what its last state shows", () => {
    say(owned("resource-2", ["b"]), declared("1", "a"), { fact: "unknown", self: "2", name: "resource-2" });
    handover.checked(registered("1"), declaring("a"));
    expect(handover.viewFrom("id-1", FLOW).declaredBy("b")).toBe("resource-2");
  });

  test("in a destroy that runs the program, nothing is checked, and one's own declaration keeps nothing", async () => {
    say(owned("resource-1", ["a"]), declared("1", "a"), declared("2", "b"));
    const found = createHandover({ findRun: async () => run() });
    found.stateSeen("id-1", { ...saved("a"), facts: { name: "resource-1" } });
    await found.meetProgram();
    const view = found.viewOfDeleted("id-1", FLOW);
    expect([view.declaredBy("a"), view.isTaken("a"), view.declaredBy("b")]).toEqual([undefined, false, "resource-2"]);
  });

  test("is found for a delete where no resource of the program was shown", async () => {
    say(declared("2", "b"));
    const found = createHandover({ findRun: async () => run() });
    await found.meetProgram();
    expect(found.viewOfDeleted("id-1", FLOW).declaredBy("b")).toBe("resource-2");
  });

  test("a line that is not complete yet is read once it is", () => {
    const line = factLine(declared("2", "b"));
    say(declared("1", "a"));
    appendFileSync(run(), line.slice(0, 20));
    handover.checked(registered("1"), declaring("a"));
    appendFileSync(run(), line.slice(20));
    handover.checked(registered("1"), declaring("a"));
    expect(handover.viewFrom("id-1", FLOW).declaredBy("b")).toBe("resource-2");
  });

  test("a file that cannot be read is an error, and not an empty program", () => {
    expect(() => handover.checked({ ...registered("1"), run: join(folder, "gone") }, declaring("a"))).toThrow("ENOENT");
  });
});

describe("who has taken a device", () => {
  test("is shown by the state of another resource, never by one's own", () => {
    handover.stateSeen("id-1", saved("a"));
    expect(handover.viewFrom("id-1", FLOW).isTaken("a")).toBe(false);
    expect(handover.viewFrom("id-2", FLOW).isTaken("a")).toBe(true);
  });

  test("is not known from a state that was only returned, until the deletes come: it may not be written yet", () => {
    handover.stateReturned("id-1", saved("a"));
    expect(handover.viewFrom("id-2", FLOW).isTaken("a")).toBe(false);
    expect(handover.viewOfDeleted("id-2", FLOW).isTaken("a")).toBe(true);
  });

  test("counts only the state of the one that declares it, where one does", () => {
    say(declared("1", "a"));
    handover.checked(registered("1"), declaring("a"));
    handover.stateSeen("id-9", { ...saved("a"), facts: { name: "resource-9" } });
    expect(handover.viewFrom("id-2", FLOW).isTaken("a")).toBe(false);
    handover.stateSeen("id-1", { ...saved("a"), facts: { name: "resource-1" } });
    expect(handover.viewFrom("id-2", FLOW).isTaken("a")).toBe(true);
  });

  test("is known from the last state of a resource that this command does not show", () => {
    say(owned("other", ["b"], ["c"]));
    handover.checked(registered("1"), declaring("a"));
    const view = handover.viewFrom("id-1", FLOW);
    expect(view.isTaken("b")).toBe(true);
    // Leaving, or handed over itself: nobody else's to keep.
    expect(view.isTaken("c")).toBe(false);
    expect(["a", "b", "c"].map(view.isOwnedByStack)).toEqual([false, true, true]);
  });

  test("a resource does not take its own devices: the program tells its state without its id", () => {
    say(owned("self", ["a", "b"]));
    handover.checked(registered("1"), declaring("a"));
    handover.stateSeen("id-1", saved("a", "b"));
    expect(handover.viewFrom("id-1", FLOW).isTaken("b")).toBe(false);
  });

  test("changes with what is saved, and ends with a delete", () => {
    handover.stateSeen("id-1", saved("a"));
    handover.stateSeen("id-1", saved("b"));
    expect(handover.viewFrom("id-2", FLOW).isTaken("a")).toBe(false);
    handover.deleted("id-1");
    expect(handover.viewFrom("id-2", FLOW).isTaken("b")).toBe(false);
    expect(handover.viewFrom("id-2", FLOW).isOwnedByStack("b")).toBe(true);
  });

  test("is asked flow by flow", () => {
    handover.stateSeen("id-1", saved("a"));
    expect(handover.viewFrom("id-2", { ...FLOW, flowId: "e".repeat(24) }).isTaken("a")).toBe(false);
  });
});
