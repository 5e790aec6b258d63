/** Random lives: what a program declares, what people and devices do, what breaks, and which command runs then. */
import fc from "fast-check";
import type { FaultEffect } from "pulumi-losant/simulator";

export const DEVICES = 6;
export const FLOWS = 2;
const VERSIONS = ["v1", "v2", "v3"] as const;

const aVersion = fc.constantFrom<string | null>(...VERSIONS, "v1", "v2", null);
const aFlow = fc.constantFrom<number>(0, 0, 0, 1);
const aSlot = fc.constantFrom<number>(0, 0, 1, 1, 2, 3);
/** Often the same few, so that resources hand devices to each other and the rest stays foreign. */
const aDevice = fc.constantFrom<number>(0, 0, 1, 1, 2, 2, 3, 4, 5);
const seldom = fc.constantFrom(false, false, false, false, true);

/** How the engine is led to one resource after the other. */
const options = fc.record({
  after: fc.constantFrom<number | undefined>(undefined, undefined, 0, 1, 2, 3),
  late: fc.constantFrom(false, false, true),
  retainOnDelete: fc.constantFrom(false, false, false, false, false, true),
});

const declares = fc.record({
  do: fc.constant("declare" as const),
  slot: aSlot,
  flow: aFlow,
  version: aVersion,
  devices: fc.uniqueArray(aDevice, { minLength: 1, maxLength: 4 }),
  exclusive: seldom,
  adopt: fc.boolean(),
  rollout: seldom,
  options,
});

const anEdit = fc.oneof(
  { weight: 5, arbitrary: declares },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("give" as const),
      slot: aSlot,
      to: aSlot,
      count: fc.constantFrom<number>(1, 2, 4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("swap" as const), slot: aSlot, other: aSlot }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("bump" as const), slot: aSlot, version: aVersion }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("drop" as const, "drop" as const, "rename" as const, "alias" as const, "forget" as const),
      slot: aSlot,
    }),
  },
);

const anEvent = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("byHand" as const), flow: aFlow, device: aDevice, version: aVersion }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("device" as const),
      device: aDevice,
      becomes: fc.constantFrom("offline" as const, "offline" as const, "failing" as const, "immediate" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("overwrite" as const), flow: aFlow, version: aVersion }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
);

const aFault = fc.record({
  do: fc.constant("fault" as const),
  method: fc.constantFrom<"GET" | "POST">("GET", "POST", "POST", "POST"),
  skip: fc.nat({ max: 2 }),
  times: fc.constantFrom(1, 2, 20),
  breaks: fc.constantFrom<FaultEffect>(
    { status: 500 },
    { status: 429 },
    { status: 400 },
    { cut: "before" },
    { cut: "after" },
  ),
});

/** Anywhere: before and after a call took effect, between the end of a verb and the state, between two states. */
const aKill = fc.record({
  do: fc.constant("kill" as const),
  afterTurns: fc.integer({ min: 1, max: 45 }),
  what: fc.constantFrom<"everything" | "cli">("everything", "cli"),
});

const trouble = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: aFault },
  { weight: 3, arbitrary: aKill },
);

/** 0: as written; small numbers shrink to it. */
export const order = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat({ max: 1_000_000 }) },
);
export const parallel = fc.constantFrom<number>(8, 8, 8, 2, 1);
const someSlot = fc.constantFrom<number | undefined>(undefined, undefined, undefined, undefined, 0, 1);

const aCommand = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("up" as const),
      refresh: fc.constantFrom(true, true, false),
      only: someSlot,
      exclude: someSlot,
      order,
      parallel,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("preview" as const, "refresh" as const), order, parallel }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("destroy" as const),
      refresh: fc.boolean(),
      only: someSlot,
      order,
      parallel,
    }),
  },
);

/** Somebody edits the program, people and devices do things, and a command runs while something is broken. */
export const aRound = fc
  .record({
    edits: fc.array(anEdit, { maxLength: 3 }),
    events: fc.array(anEvent, { maxLength: 3 }),
    trouble,
    command: aCommand,
  })
  .map(({ edits, events, trouble, command }) => [...edits, ...events, ...(trouble ? [trouble] : []), command]);

export const aLife = fc.record({
  rounds: fc.array(aRound, { minLength: 1, maxLength: 6 }),
  /** The order of the commands that end it. */
  order,
  parallel,
});

export type LifeStory = typeof aLife extends fc.Arbitrary<infer T> ? T : never;
type ActionOf<A> = A extends fc.Arbitrary<readonly (infer T)[]> ? T : never;
export type Action = ActionOf<typeof aRound>;
