// Rollouts of one group: one after the other, however they come; one that fails stops those that have not begun.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createRolloutGroups, inTurn } from "../../../provider/apply/rollout-group.js";
import { silent } from "../../../provider/messages/log.js";
import type { ResourcePorts } from "../../../provider/ports.js";
import {
  atLook,
  begin,
  breaks,
  deployed,
  end,
  failure,
  ids,
  inputs,
  interrupt,
  plant,
  startPlugin,
} from "../../support/rollouts.js";
import { replay } from "../../support/replay.js";

beforeEach(() => begin());
afterEach(() => end());

async function rejection(work: Promise<unknown>): Promise<Error> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Error);
  return thrown as Error;
}

const GROUP = { batches: [1, "100%"], timeoutSeconds: 20, group: "graz" };

/** Two resources of one program: three devices each, and one plugin process. */
async function twoRollouts(first: object, second: object, before: () => void = () => {}) {
  const [a, b] = [await deployed([0, 1, 2]), await deployed([3, 4, 5])];
  before();
  const plugin = startPlugin();
  const one = plugin.update("one", a, inputs("v2", [0, 1, 2], first)).then(({ outs }) => outs);
  const two = plugin.update("two", b, inputs("v2", [3, 4, 5], second)).then(({ outs }) => outs);
  return { one, two };
}

/** `1 1 1 2`: whose devices were released, in order. One call may move devices of both; the last of a version are replaced. */
function order(): string {
  const first = new Set(ids(0, 1, 2));
  return plant.simulator.calls
    .filter(({ method, path }) => method === "POST" && path.endsWith("/release"))
    .map(({ body }) => body as { readonly deviceIds: readonly string[]; readonly version: string })
    .filter(({ version }) => version === "v2")
    .flatMap(({ deviceIds }) => deviceIds.map((id) => (first.has(id) ? "1" : "2")))
    .join(" ");
}

/** The canary of the first rollout reports only once the second rollout has begun. */
function firstWaitsForSecond(): void {
  const canary = ids(0)[0] ?? "";
  plant.simulator.setBehaviour(canary, { kind: "late", afterMs: 60_000 });
  let hasBegun = false;
  plant.simulator.beforeCall(() => {
    if (hasBegun || plant.desired()[3] !== "v2") return;
    hasBegun = true;
    plant.simulator.setBehaviour(canary, { kind: "immediate" });
  });
}

const slow = (number: number): void =>
  plant.simulator.setBehaviour(ids(number)[0] ?? "", { kind: "late", afterMs: 150 });

test("the second one begins when the first one has got to its end", async () => {
  slow(0);
  const { one, two } = await twoRollouts(GROUP, GROUP);
  await Promise.all([one, two]);
  expect(order()).toMatch(/^1 1 1 2/);
});

test.each([
  ["another one", "linz"],
  ["none", undefined],
])("side by side where the group is %s", async (_name, group) => {
  const { group: _, ...rest } = GROUP;
  const second = group === undefined ? rest : { ...rest, group };
  const { one, two } = await twoRollouts(GROUP, second, firstWaitsForSecond);
  await expect(Promise.all([one, two])).resolves.toMatchObject([{ status: "deployed" }, { status: "deployed" }]);
});

test("its time for a batch begins with its turn", async () => {
  plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 3_300 });
  const { one, two } = await twoRollouts(GROUP, { ...GROUP, timeoutSeconds: 3 });
  await expect(Promise.all([one, two])).resolves.toMatchObject([{ status: "deployed" }, { status: "deployed" }]);
});

test("one that fails stops the one that waits: nothing of it is changed, and it says whom to mend", async () => {
  breaks(1, "v2");
  slow(0);
  const { one, two } = await twoRollouts(GROUP, GROUP);
  const [, refused] = await Promise.all([failure(one), rejection(two)]);
  expect(refused.message).toContain(
    'not begun, since the rollout of "rollout" in the same group "graz" did not get to its end. Nothing was changed.',
  );
  expect(plant.desired()).toMatchObject({ 3: "v1", 4: "v1", 5: "v1" });
});

test("an interrupt ends the one that waits at once", async () => {
  plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 60_000 });
  const { one, two } = await twoRollouts({ ...GROUP, timeoutSeconds: 3_600 }, GROUP);
  atLook(3, interrupt);
  const [, ended] = await Promise.all([failure(one), rejection(two)]);
  expect(ended.message).toMatch(/interrupted|not begun/);
  expect(plant.desired()).toMatchObject({ 0: "v2", 3: "v1", 4: "v1", 5: "v1" });
});

describe("the queue itself", () => {
  const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const portsOf = (name: string, groups: ResourcePorts["groups"], said: string[]): ResourcePorts =>
    ({
      resourceId: name,
      resourceName: name,
      groups,
      clock,
      log: { ...silent, progress: (message: string) => said.push(message) },
      rules: { allowFleetWideCalls: true, verifySeconds: 1 },
    }) as unknown as ResourcePorts;

  test("for any number of rollouts, groups, lengths and endings: one at a time for each group, and all of them end", async () => {
    const aRollout = fc.record({
      group: fc.constantFrom("graz", "linz"),
      startsAfter: fc.nat({ max: 10 }),
      turns: fc.nat({ max: 10 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(aRollout, { maxLength: 8 }), async (all) => {
        const groups = createRolloutGroups();
        const under = new Map<string, number>();
        const failed = new Set<string>();
        const pause = async (turns: number): Promise<void> => {
          for (let turn = 0; turn < turns; turn++) await clock.sleep();
        };
        const ends = await Promise.allSettled(
          all.map(async ({ group, startsAfter, turns, fails }, index) => {
            await pause(startsAfter);
            return inTurn(
              portsOf(`r${index}`, groups, []),
              { applicationId: "a".repeat(24), group, version: "v2" },
              async () => {
                expect([under.get(group) ?? 0, failed.has(group)]).toEqual([0, false]);
                under.set(group, 1);
                await pause(turns);
                under.set(group, 0);
                if (!fails) return "done";
                failed.add(group);
                throw new Error("it failed");
              },
            );
          }),
        );
        for (const [index, end] of ends.entries()) {
          if (end.status === "fulfilled") continue;
          const text = String(end.reason);
          expect(text).toMatch(/it failed|not begun/);
          if (all[index]?.fails === false) expect(failed).toContain(all[index]?.group);
        }
      }),
      { numRuns: 300, ...replay },
    );
  });

  test("it says whom it waits for, once for each", async () => {
    const groups = createRolloutGroups();
    const said: string[] = [];
    let finish = (): void => {};
    const rollout = { applicationId: "a".repeat(24), group: "graz", version: "v2" };
    const first = inTurn(portsOf("hall-a", groups, said), rollout, () => new Promise<void>((done) => (finish = done)));
    const second = inTurn(portsOf("hall-b", groups, said), rollout, async () => {});
    for (let turn = 0; turn < 5; turn++) await clock.sleep();
    finish();
    await Promise.all([first, second]);
    expect(said).toEqual(["hall-b  v2  waits for hall-a (group graz)"]);
  });
});
