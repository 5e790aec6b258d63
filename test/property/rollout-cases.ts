/** Random fleets, rollouts and kills. */
import fc from "fast-check";
import type { RolloutInputs } from "../../provider/resource/inputs.js";
import type { Version } from "../../provider/losant/types.js";
import type { Habits } from "./rollout-world.js";

const seconds = (max: number) => fc.integer({ min: 0, max });
const never = fc.constant(Infinity);
/** Most devices are healthy; the interesting ones are not. */
const seldom = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const aHabit: fc.Arbitrary<Habits> = fc.record({
  start: seldom<Version>("v1", fc.constantFrom("v2", "v0", null)),
  delay: seldom(1, fc.oneof(seconds(150), never)),
  refuses: seldom(false, fc.constant(true)),
  offlineUntil: seldom(0, fc.oneof(seconds(200), never)),
  throwsAfter: seldom(Infinity, seconds(60)),
  drops: seldom(0, fc.oneof(seconds(150), never)),
  movedAt: fc.oneof({ weight: 12, arbitrary: never }, { weight: 2, arbitrary: seconds(100) }),
  owner: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  joins: seldom(false, fc.constant(true)),
});

/** What joins is bare, most often: else it is taken over, and refused at once. */
const aFleet = fc
  .array(fc.tuple(aHabit, fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 14 })
  .map((all) => all.map(([habit, n]) => (habit.joins && n > 0 ? { ...habit, start: null } : habit)));

/** As a state of an older release may hold them too: lists that `check` refuses today. */
export const aRollout: fc.Arbitrary<RolloutInputs> = fc.record({
  batches: fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  timeoutSeconds: fc.constantFrom(10, 60, 100),
  pauseSeconds: fc.constantFrom(0, 0, 30),
  maxFailures: fc.constantFrom(0, 0, 1, 3, "20%"),
  offline: fc.constantFrom("ignore", "wait", "fail"),
  onFailure: fc.constantFrom("stop", "rollback"),
  health: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { errors: { max: 0 }, settleSeconds: 0 },
        { errors: { max: 0 }, settleSeconds: 45 },
        { failedRuns: "0%", settleSeconds: 45 },
        { errors: { max: 0 }, failedRuns: "20%", settleSeconds: 20, baseline: true },
      ),
    },
  ),
  group: fc.constantFrom(undefined, undefined, "graz"),
});

export interface Case {
  readonly habits: readonly Habits[];
  readonly rollout: RolloutInputs;
  /** How many devices of each resource are its named canary: the last ones. */
  readonly canaries?: number;
  readonly kill?: { readonly afterTurns: number; readonly what: "everything" | "cli" };
  /** How far pauses are from their middle; part of the case, so that a seed replays it. */
  readonly jitter?: number;
  readonly order?: number;
  /** Steps of the engine at a time. */
  readonly parallel?: number;
}

export const aCase: fc.Arbitrary<Case> = fc.record({
  habits: aFleet,
  rollout: aRollout,
  canaries: seldom(0, fc.integer({ min: 1, max: 3 })),
  kill: fc.option(
    fc.record({
      afterTurns: fc.integer({ min: 1, max: 60 }),
      what: fc.constantFrom<"everything" | "cli">("everything", "cli"),
    }),
    { nil: undefined },
  ),
  jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  order: fc.oneof(fc.constant(0), fc.nat({ max: 1_000_000 })),
  parallel: fc.constantFrom(8, 8, 8, 1, 2),
});
