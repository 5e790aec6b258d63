/** Random lives: what a program declares, what people and devices do, what breaks, and which command runs then. */
import fc from "fast-check";
import type { Fault } from "pulumi-losant/simulator";

export const DEVICES = 6;
export const FLOWS = 2;
const VERSIONS = ["v1", "v2", "v3"] as const;

const aVersion = fc.constantFrom<string | null>(...VERSIONS, "v1", "v2", null);
const aFlow = fc.constantFrom(0, 0, 0, 1);
const aSlot = fc.constantFrom(0, 0, 1, 1, 2);
/** Often the same few, so that resources hand devices to each other and the rest stays foreign. */
const aDevice = fc.constantFrom(0, 0, 1, 1, 2, 2, 3, 4, 5);

const anEdit = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("declare" as const),
      slot: aSlot,
      flow: aFlow,
      version: aVersion,
      devices: fc.uniqueArray(aDevice, { minLength: 1, maxLength: 4 }),
      exclusive: fc.constantFrom(false, false, false, false, true),
      adopt: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("drop" as const, "rename" as const, "alias" as const), slot: aSlot }),
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

const trouble = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      method: fc.constantFrom<"GET" | "POST">("GET", "POST", "POST", "POST"),
      skip: fc.nat({ max: 2 }),
      times: fc.constantFrom(1, 2, 20),
      breaks: fc.constantFrom<Partial<Fault>>(
        { status: 500 },
        { status: 429 },
        { status: 400 },
        { cut: "before" },
        { cut: "after" },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("kill" as const),
      call: fc.integer({ min: 1, max: 8 }),
      moment: fc.constantFrom<"before" | "after">("before", "after"),
    }),
  },
);

const aCommand = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("up" as const),
      refresh: fc.constantFrom(true, true, false),
      inTurn: fc.boolean(),
      only: fc.constantFrom<0 | 1 | undefined>(undefined, undefined, undefined, undefined, 0, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("preview" as const, "refresh" as const, "destroy" as const) }),
  },
);

/** Somebody edits the program, people and devices do things, and a command runs while something is broken. */
export const aRound = fc
  .record({
    edits: fc.array(anEdit, { maxLength: 2 }),
    events: fc.array(anEvent, { maxLength: 3 }),
    trouble,
    command: aCommand,
  })
  .map(({ edits, events, trouble, command }) => [...edits, ...events, ...(trouble ? [trouble] : []), command]);

type ActionOf<A> = A extends fc.Arbitrary<readonly (infer T)[]> ? T : never;
export type Action = ActionOf<typeof aRound>;
