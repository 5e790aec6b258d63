// Whatever changes after the approval of a plan: no write moves a device that is not approved with that from -> to. Replay a
// failure with the seed and path it prints: LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/approval
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import type { Approval } from "../../provider/resource/approved-plan.js";
import type { Version } from "../../provider/losant/types.js";
import { approvalOf } from "../support/approvals.js";
import { FRONTS } from "../support/fronts.js";
import { Life } from "../support/life.js";
import { aRound, DEVICES, FLOWS } from "../support/lives.js";
import type { Action } from "../support/lives.js";
import { openStages } from "../support/stage.js";
import type { Move, Stage } from "../support/stage.js";
import { replay } from "../support/replay.js";
import { aCase } from "./rollout-cases.js";
import { play } from "./rollouts-played.js";
import { FLOW, HAND } from "./rollout-world.js";
import type { World } from "./rollout-world.js";

const RUNS = Number(process.env["LIFECYCLE_RUNS"] ?? 40);

/** Ways in which Losant may behave, on both fronts. */
const LOSANTS = FRONTS.flatMap((front) => [
  { front, replaceMatches: "desired", writeStatus: 202 } as const,
  { front, replaceMatches: "either", writeStatus: 202, late: true } as const,
]);

const stages: Awaited<ReturnType<typeof openStages>>[] = [];
beforeAll(async () => {
  // Pauses of rollouts are spread at random, and a seed has to replay them.
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  for (const losant of LOSANTS) stages.push(await openStages({ devices: DEVICES, flows: FLOWS, ...losant }));
});
afterAll(async () => {
  jest.restoreAllMocks();
  for (const stage of stages) await stage.close();
});

const idOf = ({ flowId, deviceId, from, to }: Move): string => `${flowId}/${deviceId} ${from} -> ${to}`;

const approvalOfMoves = (applicationId: string, moves: readonly Move[]): Approval =>
  approvalOf(moves.map(({ deviceId, ...way }) => ({ applicationId, ...way, deviceIds: [deviceId] })));

const ofCommands = new Set(["up", "destroy", "preview", "refresh"]);
const isCommand = ({ do: what }: Action): boolean => ofCommands.has(what);
const isTrouble = ({ do: what }: Action): boolean => what === "fault" || what === "kill";

/** What came before, what is planned, and what happens between the approval and the run. */
const aStory = fc.record({
  losant: fc.nat({ max: LOSANTS.length - 1 }),
  before: fc.array(aRound, { maxLength: 2 }).map((rounds) => rounds.flat().filter((action) => !isTrouble(action))),
  edits: aRound.map((round) => round.filter((action) => !isCommand(action) && !isTrouble(action))),
  after: aRound.map((round) => round.filter((action) => !isCommand(action))),
  left: fc.func(fc.constantFrom(true, true, true, true, true, false)),
  order: fc.nat({ max: 1_000_000 }),
});

async function livedUntilApproval(
  stage: Stage,
  { before, edits }: { before: Action[]; edits: Action[] },
): Promise<Life> {
  const life = new Life(stage);
  for (const action of [...before, ...edits]) await life.act(action);
  stage.simulator.settle();
  stage.moves();
  return life;
}

/** Moves that the run makes, from the simulator's own log. */
async function movedBy(stage: Stage, life: Life, order: number): Promise<Move[]> {
  await stage.engine.up(life.program, { order });
  await stage.orphansEnd();
  stage.simulator.settle();
  return stage.moves();
}

describe("a run that is held to an approved plan", () => {
  test("moves no device that is not approved with that from -> to, whatever has changed since", async () => {
    let made = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(aStory, async ({ losant, after, left, order, ...story }) => {
        const open = stages[losant] as (typeof stages)[number];
        const planned = open.open();
        const all = await movedBy(planned, await livedUntilApproval(planned, story), order);
        const stage = open.open();
        const life = await livedUntilApproval(stage, story);
        const approved = all.filter((move) => left(idOf(move)));
        stage.approval = approvalOfMoves(stage.applicationId, approved);
        for (const action of after) await life.act(action);
        stage.simulator.settle();
        stage.moves();
        const moves = await movedBy(stage, life, order);
        const may = new Set(approved.map(idOf));
        expect(moves.map(idOf).filter((id) => !may.has(id))).toEqual([]);
        made += moves.length;
        refused += all.length - moves.length;
      }),
      { numRuns: RUNS, ...replay },
    );
    expect(made).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  }, 300_000);

  test("does all of what is approved where nothing has changed", async () => {
    await fc.assert(
      fc.asyncProperty(aStory, async ({ losant, order, ...story }) => {
        const open = stages[losant] as (typeof stages)[number];
        const free = open.open();
        const moves = await movedBy(free, await livedUntilApproval(free, story), order);
        const stage = open.open();
        const life = await livedUntilApproval(stage, story);
        stage.approval = approvalOfMoves(stage.applicationId, moves);
        expect((await movedBy(stage, life, order)).map(idOf).toSorted()).toEqual(moves.map(idOf).toSorted());
      }),
      { numRuns: RUNS / 2, ...replay },
    );
  }, 300_000);

  test("with a plan that cannot be read moves nothing", async () => {
    await fc.assert(
      fc.asyncProperty(aStory, async ({ losant, order, ...story }) => {
        const stage = (stages[losant] as (typeof stages)[number]).open();
        const life = await livedUntilApproval(stage, story);
        stage.approval = { unreadable: "its file is gone" };
        expect(await movedBy(stage, life, order)).toEqual([]);
      }),
      { numRuns: RUNS / 2, ...replay },
    );
  }, 300_000);
});

describe("rollouts that are held to an approved plan, while people move devices", () => {
  /** How long a look may be old, in milliseconds: Losant has no write on a condition. */
  const SEEN_AFTER_MS = 20_000;

  test("each batch and each way back moves what is approved, and no other device", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, fc.func(fc.boolean()), async (given, isApproved) => {
        const ways = new Map<string, Version>();
        const approve = (world: World): Approval => {
          const machines = world.machines.filter(({ id }) => isApproved(id));
          for (const { id, habits } of machines) ways.set(id, habits.start);
          return approvalOf(
            machines.map(({ id, habits }) => ({ ...FLOW, from: habits.start, to: "v2", deviceIds: [id] })),
          );
        };
        const { writes } = await play(given, approve);
        for (const { to, machines, from, at } of writes) {
          for (const [index, { id, habits }] of machines.entries()) {
            expect([id, ways.has(id)]).toEqual([id, true]);
            const isSeen = from[index] !== HAND || at > habits.movedAt * 1000 + SEEN_AFTER_MS;
            const way = to === "v2" ? [from[index], to] : [to, from[index]];
            if (isSeen) expect([id, ...way]).toEqual([id, ways.get(id), "v2"]);
          }
        }
      }),
      { numRuns: RUNS * 3, ...replay },
    );
  }, 300_000);
});
