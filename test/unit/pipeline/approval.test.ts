// Is the plan of now still the approved one? Whatever happens in between, nothing passes that moves other devices.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { changedSince } from "../../../sdk/pipeline/gates/approval.js";
import { refusalOf } from "../../../sdk/pipeline/gates/gates.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { healthIn } from "../../../sdk/pipeline/engine/health.js";
import { planFileOf } from "../../../sdk/pipeline/engine/plan-contents.js";
import { planIn } from "../../../sdk/pipeline/engine/planned.js";
import { planFrom, planText } from "../../../sdk/pipeline/report/plan-file.js";
import type { PlanFile } from "../../../sdk/pipeline/report/plan-file.js";
import type { ResourceHealth } from "../../../sdk/pipeline/report/resource-results.js";
import { device, recorded, SECRET_VALUE, showing, state, step, UNKNOWN_VALUE, urn } from "./support.js";

/** A stack with one EdgeDeployment and perhaps a bucket: what it declares, what it had, and what runs. */
interface World {
  readonly version: string;
  readonly declared: readonly number[];
  readonly owned: readonly number[];
  readonly live: Readonly<Record<number, string | null>>;
  readonly byHand: readonly number[];
  readonly rollout?: object;
  readonly bucket?: string;
}

const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

const WORLD: World = {
  version: "v2",
  declared: [0, 1, 2],
  owned: [0, 1, 2],
  live: { 0: "v1", 1: "v1", 2: "v2" },
  byHand: [],
};

/** What a run would move: worked out here from the world alone. */
function movesOf({ version, declared, owned, live }: World): string[] {
  const leaving = owned.filter((one) => !declared.includes(one));
  const moves = [
    ...declared.map((one) => [one, live[one] ?? null, version] as const),
    ...leaving.map((one) => [one, live[one] ?? null, null] as const),
  ];
  return moves
    .filter(([, from, to]) => from !== to)
    .map(([one, from, to]) => `${device(one)} ${from} ${to}`)
    .toSorted();
}

function eventsOf(world: World): EngineEvent[] {
  const { version, declared, owned, live, byHand, rollout, bucket } = world;
  const drift = byHand.map((one) => ({
    deviceId: device(one),
    expectedVersion: "v1",
    desiredVersion: live[one] ?? null,
    changedBy: "user olga",
  }));
  const before = state({ version: "v1", devices: owned, drift });
  const plain = state({ version, devices: declared }, true);
  const next = rollout === undefined ? plain : showing(plain, { rollout });
  const moved = movesOf(world).map((line) => {
    const [deviceId = "", from = "", to = ""] = line.split(" ");
    const shown = (text: string): string | null => (text === "null" ? null : text);
    return { from: shown(from), to: shown(to), deviceIds: [deviceId] };
  });
  const other = { id: "", inputs: { name: bucket }, outputs: {}, initErrors: [] };
  return [
    step("refresh", state({ version: "v1", devices: owned }), before),
    recorded({ kind: "planned", urn: urn("telemetry"), calls: [], moved }),
    step(moved.length === 0 ? "same" : "update", before, next),
    ...(bucket === undefined ? [] : [step("create", null, other, "bucket", "aws:s3:Bucket")]),
  ];
}

function fileOf(events: readonly EngineEvent[]): { file: PlanFile; health: ResourceHealth[] } {
  const facts = engineFacts(events);
  const header = { stack: "dev", createdAt: "2026-11-27T04:00:00.000Z" };
  return { file: planFileOf(facts, planIn(facts), header), health: healthIn(facts) };
}

function changes(before: World, after: World) {
  const now = fileOf(eventsOf(after));
  return changedSince(fileOf(eventsOf(before)).file, now.file, now.health);
}

test("the same plan, made later, is the approved one", () => {
  expect(changes(WORLD, WORLD)).toEqual([]);
});

describe("a difference says what was approved, what is, and who did it", () => {
  test.each<[string, Partial<World>, object]>([
    [
      "a device that joins, by a tag or by its id",
      { declared: [0, 1, 2, 3], live: { ...WORLD.live, 3: null } },
      { what: "device", deviceId: device(3), was: "not in the plan, not declared", is: 'not deployed -> "v2"' },
    ],
    [
      "a device that joins and runs the version already",
      { declared: [0, 1, 2, 3], live: { ...WORLD.live, 3: "v2" } },
      { what: "device", deviceId: device(3), was: "not in the plan, not declared", is: "stays as it is" },
    ],
    [
      "a device that leaves",
      { declared: [1, 2] },
      { what: "device", deviceId: device(0), was: '"v1" -> "v2"', is: '"v1" -> not deployed, not declared' },
    ],
    [
      "a device that somebody moved by hand",
      { live: { ...WORLD.live, 2: "v9" }, byHand: [2] },
      { what: "device", deviceId: device(2), was: "stays as it is", is: '"v9" -> "v2"', who: "user olga" },
    ],
    [
      "a device that somebody moved to the version already",
      { live: { ...WORLD.live, 0: "v2" }, byHand: [0] },
      { what: "device", deviceId: device(0), was: '"v1" -> "v2"', is: "stays as it is", who: "user olga" },
    ],
    ["another version", { version: "v3" }, { what: "version", was: "v2", is: "v3" }],
    ["another rollout", { rollout: { batches: [1, "100%"] } }, { what: "settings", was: "approved", is: "changed" }],
    [
      "another resource",
      { bucket: "a" },
      { what: "other resource", resource: "bucket", was: "no change", is: "create" },
    ],
  ])("%s", (_what, more, expected) => {
    expect(changes(WORLD, { ...WORLD, ...more })).toContainEqual(expect.objectContaining(expected));
  });

  test("other inputs of another resource", () => {
    expect(changes({ ...WORLD, bucket: "a" }, { ...WORLD, bucket: "b" })).toEqual([
      { what: "other resource", resource: "bucket", was: "approved", is: "other inputs" },
    ]);
  });

  test("the plan of another stack, and of another project", () => {
    const { file, health } = fileOf(eventsOf(WORLD));
    expect(changedSince({ ...file, stack: "production" }, file, health)).toEqual([
      { what: "stack", was: "production", is: "dev" },
    ]);
    expect(changedSince({ ...file, project: "other" }, file, health)).toMatchObject([{ what: "project" }]);
  });

  test.each([
    ["secret", { deviceIds: SECRET_VALUE }, "deviceIds"],
    ["not known before the run", { deviceIds: UNKNOWN_VALUE }, "deviceIds"],
  ])("what is %s cannot be compared, so nothing passes", (_what, properties, name) => {
    const events = [step("create", null, showing(state({}, true), properties))];
    const { file, health } = fileOf(events);
    expect(changedSince(file, file, health)).toContainEqual(expect.objectContaining({ what: name }));
    expect(JSON.stringify(file)).not.toContain(device(0));
  });
});

const aVersion = fc.constantFrom("v1", "v2", "v3");
const someDevices = fc.subarray([0, 1, 2, 3, 4]);
const aWorld: fc.Arbitrary<World> = fc.record({
  version: aVersion,
  declared: someDevices,
  owned: someDevices,
  live: fc.record(
    Object.fromEntries([0, 1, 2, 3, 4].map((one) => [one, fc.option(aVersion, { nil: null })])),
  ) as fc.Arbitrary<World["live"]>,
  byHand: fc.constant([]),
  rollout: fc.option(fc.constantFrom({ batches: [1] }, { batches: ["50%"] }), { nil: undefined }),
  bucket: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
});
/** What happens to a world between the approval and the run. */
const anEvent: fc.Arbitrary<(world: World) => World> = fc.oneof(
  fc.tuple(fc.nat(4), fc.option(aVersion, { nil: null })).map(([one, version]) => (world: World) => {
    return { ...world, live: { ...world.live, [one]: version }, byHand: world.owned.includes(one) ? [one] : [] };
  }),
  fc.nat(4).map((one) => (world: World) => ({ ...world, declared: sorted([...new Set([...world.declared, one])]) })),
  fc.nat(4).map((one) => (world: World) => ({ ...world, declared: world.declared.filter((other) => other !== one) })),
  aVersion.map((version) => (world: World) => ({ ...world, version })),
  fc.constantFrom({ batches: [2] }, undefined).map((rollout) => (world: World) => ({ ...world, rollout })),
  fc.constantFrom("a", "c", undefined).map((bucket) => (world: World) => ({ ...world, bucket })),
);

test("whatever happens between plan and run: it passes only where it moves exactly what was approved", async () => {
  await fc.assert(
    fc.asyncProperty(aWorld, fc.array(anEvent, { maxLength: 4 }), async (approved, events) => {
      const now = events.reduce((world, event) => event(world), approved);
      const { file } = fileOf(eventsOf(approved));
      const current = fileOf(eventsOf(now));
      const facts = engineFacts(eventsOf(now));
      const gates = { approved: planFrom(planText(file)), allowDrift: true, failOn: "none" } as const;
      const refusal = await refusalOf(gates, planIn(facts), current.health, { current: current.file });
      const isSame =
        JSON.stringify(movesOf(now)) === JSON.stringify(movesOf(approved)) &&
        JSON.stringify(sorted(now.declared)) === JSON.stringify(sorted(approved.declared)) &&
        [now.version, JSON.stringify(now.rollout), now.bucket].join() ===
          [approved.version, JSON.stringify(approved.rollout), approved.bucket].join();
      if (isSame) expect(refusal).toBeUndefined();
      else expect(refusal?.gate).toBe("approved");
    }),
    { numRuns: 500 },
  );
});

test("whatever is edited in the file, it is not taken", () => {
  const text = planText(fileOf(eventsOf({ ...WORLD, bucket: "a" })).file);
  expect(planFrom(text)).toEqual(JSON.parse(text));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom("0", "9", "x", " ", "", '"'), (at, character) => {
      const edited = text.slice(0, at) + character + text.slice(at + 1);
      const same = (() => {
        try {
          return JSON.stringify(JSON.parse(edited)) === JSON.stringify(JSON.parse(text));
        } catch {
          return false;
        }
      })();
      fc.pre(!same);
      expect(() => planFrom(edited)).toThrow(/not a plan|the plan was edited/);
    }),
    { numRuns: 500 },
  );
});
