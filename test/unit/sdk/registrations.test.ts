import { rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { registrationIn } from "../../../provider/resource/program-facts.js";
import { createFactReader } from "../../../provider/host/fact-reader.js";
import type { Registration } from "../../../provider/resource/program-facts.js";
import { previousState } from "../../../sdk/program/previous-state.js";
import type { ResourceOutputs } from "../../../sdk/program/previous-state.js";
import { createActivity } from "../../../sdk/program/activity.js";
import { createRegistrations } from "../../../sdk/program/registrations.js";
import type { Declaration, Registered, Registrations } from "../../../sdk/program/registrations.js";

const type = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
const urn = (name: string) => `urn:pulumi:dev::plant::${type}::${name}`;
const of = (deviceIds: readonly string[], flowId = "f"): Declaration => ({
  applicationId: "a",
  flowId,
  deviceIds: new Set(deviceIds),
});

/** The state of one resource, by name. */
const had = (name: string, deviceIds: readonly string[], applied: object = {}): ResourceOutputs => ({
  [urn(name)]: {
    type,
    outputs: {
      applicationId: "a",
      flowId: "f",
      version: "v1",
      deviceIds,
      __losant: { schema: 2, name, ...applied },
    },
  },
});

function programWith(state: ResourceOutputs | undefined = {}, isConnected = true) {
  const { whenIdle, lookUp } = createActivity();
  const known = state && previousState(state);
  const registrations = createRegistrations({
    engine: () => (isConnected ? "127.0.0.1:1" : undefined),
    whenIdle,
    previousState: () => lookUp(async () => known),
  });
  return { registrations, lookUp };
}

const folders = new Set<string>();
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function sent(registrations: Registrations, registered: Registered): Promise<Registration> {
  const { __program } = registrations.input(registered);
  const registration = registrationIn(await __program);
  if (registration === undefined) throw new Error("nothing was sent");
  folders.add(dirname(registration.run));
  return registration;
}

const declared = (name: string, deviceIds: readonly string[]) => ({ fact: "declared", name, deviceIds });

describe("what a registration sends to the plugin", () => {
  test("holds what the last state shows and what all resources declare by then", async () => {
    const { registrations } = programWith({
      ...had("ring-1", ["1", "2"], { leaving: ["3"], handedOver: { "ring-2": ["4"] } }),
      ...had("dropped", ["9"]),
    });
    const giver = registrations.add("ring-1", undefined);
    registrations.declare(giver, of(["1"]));
    const registration = sent(registrations, giver);
    const taker = registrations.add("ring-2", undefined);
    registrations.declare(taker, of(["4", "2"]));
    const { run } = await registration;
    expect(createFactReader().added(run)).toMatchObject([
      { fact: "owned", name: "ring-1", id: urn("ring-1"), deviceIds: ["1", "2"], others: ["3", "4"] },
      { fact: "owned", name: "dropped", deviceIds: ["9"], others: [] },
      declared("ring-1", ["1"]),
      declared("ring-2", ["2", "4"]),
    ]);
    expect(giver.sentAt).toBeGreaterThan(taker.declaredAt ?? Infinity);
  });

  test("waits for our look-ups", async () => {
    const { registrations, lookUp } = programWith();
    const giver = registrations.add("ring-1", undefined);
    registrations.declare(giver, of(["1"]));
    const registration = sent(registrations, giver);
    await lookUp(() => new Promise<void>((resolve) => setTimeout(resolve, 30)));
    registrations.declare(registrations.add("ring-2", undefined), of(["2"]));
    expect(createFactReader().added((await registration).run)).toMatchObject([
      declared("ring-1", ["1"]),
      declared("ring-2", ["2"]),
    ]);
  });

  test("marks what is not known yet, and adds it as soon as it is", async () => {
    const { registrations } = programWith();
    const [one, late] = [registrations.add("one", undefined), registrations.add("late", undefined)];
    registrations.declare(one, of(["1"]));
    const { run } = await sent(registrations, one);
    const reader = createFactReader();
    expect(reader.added(run)).toMatchObject([declared("one", ["1"]), { fact: "unknown", name: "late" }]);
    registrations.declare(late, of(["2"]));
    expect(reader.added(run)).toMatchObject([declared("late", ["2"])]);
    expect(late.declaredAt).toBeGreaterThan(one.sentAt ?? Infinity);
    // Nothing is written twice.
    await sent(registrations, late);
    expect(reader.added(run)).toEqual([]);
  });

  test("carries the options that the provider needs, and which inputs are secret", async () => {
    const { registrations } = programWith();
    const plain = registrations.add("plain", undefined);
    const other = registrations.add("other", { ignoreChanges: ["version"], retainOnDelete: true });
    other.secret.add("version");
    other.secret.add("deviceIds");
    const { run, self, ...rest } = await sent(registrations, other);
    expect(rest).toEqual({
      name: "other",
      ignoreChanges: ["version"],
      retainOnDelete: true,
      secret: ["deviceIds", "version"],
    });
    expect(await sent(registrations, plain)).toEqual({ run, self: expect.not.stringMatching(self), name: "plain" });
  });

  test("waits for the resource's own inputs, so that what is secret does not depend on who is faster", async () => {
    const { registrations } = programWith();
    const one = registrations.add("one", undefined);
    one.settled = new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => void one.secret.add("version"));
    expect(await sent(registrations, one)).toMatchObject({ secret: ["version"] });
  });

  test.each<[string, string[], string[]]>([
    ["ignored devices are the last state's", ["deviceIds"], ["1", "2"]],
    ["everything ignored", ["*"], ["1", "2"]],
    ["another input ignored", ["version"], ["7"]],
  ])("%s", async (_what, ignoreChanges, deviceIds) => {
    const { registrations } = programWith(had("ring-1", ["1", "2"]));
    const one = registrations.add("ring-1", { ignoreChanges });
    registrations.declare(one, of(["7"]));
    const { run } = await sent(registrations, one);
    expect(createFactReader().added(run)).toMatchObject([{ fact: "owned" }, declared("ring-1", deviceIds)]);
  });

  test("without a readable state there are no facts of it", async () => {
    const { registrations } = programWith(undefined);
    const one = registrations.add("one", undefined);
    registrations.declare(one, of(["1"]));
    expect(createFactReader().added((await sent(registrations, one)).run)).toMatchObject([declared("one", ["1"])]);
  });
});

describe("a resource that was only looked up owns nothing", () => {
  const old = { schema: 1, name: undefined };
  test.each<[string, object, (registrations: Registrations) => void, boolean]>([
    ["of this release: it has no name in the state", { name: undefined }, () => {}, false],
    ["of this release, imported and declared since", { name: undefined }, (r) => r.add("one", undefined), true],
    ["of 0.1.0, and looked up again", old, (r) => r.addLookup("one"), false],
    ["of 0.1.0, and declared", old, (r) => r.add("one", undefined), true],
    ["of 0.1.0, dropped: it looks like a managed one", old, () => {}, true],
  ])("%s", (_what, applied, declare, isManaged) => {
    const { registrations } = programWith();
    declare(registrations);
    expect(registrations.managed(previousState(had("one", ["1"], applied))).length === 1).toBe(isManaged);
  });
});

test("without an engine, as under Pulumi's mocks, there is no such input", () => {
  const { registrations } = programWith({}, false);
  expect(registrations.input(registrations.add("one", undefined))).toEqual({});
});

test("only its owner can read the file", async () => {
  const { registrations } = programWith();
  const { run } = await sent(registrations, registrations.add("one", undefined));
  expect([statSync(dirname(run)).mode & 0o777, statSync(run).mode & 0o777]).toEqual([0o700, 0o600]);
});
