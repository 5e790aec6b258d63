/** Lives in which devices mostly go from one resource to another: split, merge, swap, rename, ring promotion. */
import fc from "fast-check";
import { order, parallel } from "./lives.js";

export const HANDOVER_DEVICES = 4;

const aSlot = fc.constantFrom<number>(0, 1, 2);
const aVersion = fc.constantFrom<string | null>("v1", "v1", "v1", "v2", "v2", null);
const aDevice = fc.nat({ max: HANDOVER_DEVICES - 1 });

const options = fc.record({
  after: fc.constantFrom<number | undefined>(undefined, 0, 1, 2),
  late: fc.constantFrom(false, false, true),
  retainOnDelete: fc.constant(false),
});

const declares = fc.record({
  do: fc.constant("declare" as const),
  slot: aSlot,
  flow: fc.constantFrom(0, 0, 0, 0, 1),
  version: aVersion,
  devices: fc.uniqueArray(aDevice, { minLength: 1, maxLength: 3 }),
  exclusive: fc.constant(false),
  adopt: fc.constantFrom(true, true, false),
  rollout: fc.constantFrom(false, false, false, true),
  options,
});

const anEdit = fc.oneof(
  { weight: 3, arbitrary: declares },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("give" as const),
      slot: aSlot,
      to: aSlot,
      count: fc.constantFrom<number>(1, 2, 3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("swap" as const), slot: aSlot, other: aSlot }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("bump" as const), slot: aSlot, version: aVersion }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("drop" as const, "rename" as const, "rename" as const, "alias" as const),
      slot: aSlot,
    }),
  },
);

const trouble = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("kill" as const),
      afterTurns: fc.integer({ min: 5, max: 45 }),
      what: fc.constantFrom<"everything" | "cli">("everything", "cli"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      method: fc.constant<"GET" | "POST">("POST"),
      skip: fc.nat({ max: 1 }),
      times: fc.constantFrom(1, 20),
      breaks: fc.constantFrom({ status: 400 }, { status: 500 }, { cut: "after" as const }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("byHand" as const),
      flow: fc.constant(0),
      device: aDevice,
      version: fc.constantFrom<string | null>("v1", "v2", "v3"),
    }),
  },
);

const someSlot = fc.constantFrom<0 | 1 | undefined>(undefined, undefined, undefined, 0, 1);

const anUp = fc.record({
  do: fc.constant("up" as const),
  refresh: fc.boolean(),
  only: someSlot,
  exclude: someSlot,
  order,
  parallel,
});
const aDestroy = fc.record({
  do: fc.constant("destroy" as const),
  refresh: fc.boolean(),
  only: someSlot,
  order,
  parallel,
});

const aRound = fc
  .record({
    edits: fc.array(anEdit, { minLength: 1, maxLength: 3 }),
    trouble,
    command: fc.oneof({ weight: 9, arbitrary: anUp }, { weight: 1, arbitrary: aDestroy }),
  })
  .map(({ edits, trouble, command }) => [...edits, ...(trouble ? [trouble] : []), command]);

export const aLifeOfHandovers = fc.record({
  rounds: fc.array(aRound, { minLength: 2, maxLength: 7 }),
  order,
  parallel,
});
