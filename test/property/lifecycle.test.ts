// Random lives of a few resources: what a program declares, what people and devices do, what breaks, and what `up` makes
// of it. Replay a failure with the seed and path it prints: LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/lifecycle
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Kept, Program, Report } from "../support/engine.js";
import { openStages } from "../support/stage.js";
import type { Move, Stage } from "../support/stage.js";

const DEVICES = 6;
const FLOWS = 2;
const VERSIONS = ["v1", "v2", "v3"] as const;
const USER = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;
const RUNS = Number(process.env["LIFECYCLE_RUNS"] ?? 300);

/** The ways in which Losant may behave that its documentation leaves open, and old private installs. */
const LOSANTS = [
  { replaceMatches: "desired", writeStatus: 202 },
  { replaceMatches: "current", writeStatus: 202, desiredDelayMs: 3 },
  { replaceMatches: "either", writeStatus: 202, desiredDelayMs: 1, maxPerPage: 2 },
  { replaceMatches: "desired", writeStatus: 201, legacy: true, logsOrder: "newestFirst" },
] as const;

const stages: Awaited<ReturnType<typeof openStages>>[] = [];
beforeAll(async () => {
  for (const losant of LOSANTS) stages.push(await openStages({ devices: DEVICES, flows: FLOWS, ...losant }));
});
afterAll(async () => {
  for (const stage of stages) await stage.close();
});

const aVersion = fc.constantFrom<string | null>(...VERSIONS, "v1", "v2", null);
const aFlow = fc.constantFrom(0, 0, 0, 1);
const aDevice = fc.nat({ max: DEVICES - 1 });
const aSlot = fc.nat({ max: 2 });

const anAction = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("declare" as const),
      slot: aSlot,
      flow: aFlow,
      version: aVersion,
      devices: fc.uniqueArray(aDevice, { minLength: 1 }),
      exclusive: fc.constantFrom(false, false, false, true),
      adopt: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("up" as const),
      refresh: fc.constantFrom(true, true, false),
      inTurn: fc.boolean(),
      only: fc.constantFrom<0 | 1 | undefined>(undefined, undefined, undefined, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("preview", "refresh", "destroy", "settle") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("drop", "rename", "alias"), slot: aSlot }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("byHand" as const), flow: aFlow, device: aDevice, version: aVersion }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("device" as const),
      device: aDevice,
      becomes: fc.constantFrom("offline" as const, "failing" as const, "immediate" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("overwrite" as const), flow: aFlow, version: aVersion }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      method: fc.constantFrom<"GET" | "POST">("GET", "POST", "POST"),
      skip: fc.nat({ max: 2 }),
      times: fc.constantFrom(1, 1, 3, 12),
      breaks: fc.constantFrom(
        { status: 500 },
        { status: 429 },
        { status: 400 },
        { cut: "before" as const },
        { cut: "after" as const },
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

type Action = typeof anAction extends fc.Arbitrary<infer A> ? A : never;

interface Args {
  readonly applicationId: string;
  readonly flowId: string;
  readonly version: string | null;
  readonly deviceIds: readonly string[];
  readonly exclusive?: boolean;
  readonly adopt?: boolean;
}

/** What the program declares, slot by slot; a slot keeps its resource's name until it is renamed. */
class Declaration {
  readonly #slots = new Map<number, { name: string; alias?: string; args: Args }>();
  #renames = 0;

  declare(slot: number, args: Args): void {
    for (const [other, held] of this.#slots) {
      if (other === slot || held.args.flowId !== args.flowId) continue;
      // A program that declares a device twice is refused before any verb is called.
      const deviceIds = held.args.deviceIds.filter((id) => !args.deviceIds.includes(id));
      const both = args.exclusive === true || held.args.exclusive === true;
      if (deviceIds.length === 0 || both) this.#slots.delete(other);
      else this.#slots.set(other, { ...held, args: { ...held.args, deviceIds } });
    }
    this.#slots.set(slot, { name: `r${slot}`, ...this.#slots.get(slot), args });
  }

  drop(slot: number): void {
    this.#slots.delete(slot);
  }

  rename(slot: number, withAlias: boolean): void {
    const held = this.#slots.get(slot);
    if (!held) return;
    this.#renames += 1;
    const name = `r${slot}-${this.#renames}`;
    this.#slots.set(slot, { name, args: held.args, ...(withAlias ? { alias: held.name } : {}) });
  }

  nameOf(slot: number | undefined): string | undefined {
    return slot === undefined ? undefined : this.#slots.get(slot)?.name;
  }

  program(more: Partial<Args> = {}): Program {
    return Object.fromEntries(
      [...this.#slots.values()].map(({ name, alias, args }) => [name, { alias, args: { ...args, ...more } }]),
    );
  }
}

const argsIn = (program: Program): [string, Args][] =>
  Object.entries(program).map(([name, { args }]) => [name, args as unknown as Args]);

interface Owner {
  readonly name: string;
  readonly flowId: string;
  readonly deviceIds: readonly string[];
  readonly exclusive: boolean;
}

function ownersIn(state: readonly Kept[]): Owner[] {
  return state.map(({ name, outputs }) => {
    const { flowId, deviceIds, exclusive, __losant } = outputs as unknown as Args & {
      __losant: { leaving?: readonly string[] };
    };
    return {
      name,
      flowId,
      deviceIds: [...deviceIds, ...(__losant.leaving ?? [])],
      exclusive: exclusive === true,
    };
  });
}

/** May this command have made this move? Worked out from the declaration and the state alone. */
function mayMove(move: Move, before: string | null, owners: readonly Owner[], program: Program, inTurn: boolean) {
  const here = owners.filter(({ flowId }) => flowId === move.flowId);
  const owner = here.find(({ deviceIds }) => deviceIds.includes(move.deviceId));
  const declared = argsIn(program).filter(([, args]) => args.flowId === move.flowId);
  const claim = declared.find(([, args]) => args.deviceIds.includes(move.deviceId));
  if (claim) {
    const [name, args] = claim;
    const taken = before !== null && before !== args.version && owner === undefined;
    const wholeFlow = here.some(({ exclusive }) => exclusive);
    if (move.to === args.version) return !taken || args.adopt === true || wholeFlow;
    // The one that gives it up may come first; the one that declares it cannot know of that.
    return move.to === null && inTurn && ((owner !== undefined && owner.name !== name) || wholeFlow);
  }
  const exclusive = here.some((one) => one.exclusive) || declared.some(([, args]) => args.exclusive === true);
  return move.to === null && (owner !== undefined || exclusive);
}

class Life {
  readonly #stage: Stage;
  readonly #declaration = new Declaration();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async act(action: Action): Promise<void> {
    const { simulator, engine, flows, devices, applicationId, killAt } = this.#stage;
    switch (action.do) {
      case "declare": {
        const { slot, flow, version, exclusive, adopt } = action;
        const deviceIds = action.devices.map((device) => devices[device] ?? "");
        this.#declaration.declare(slot, {
          applicationId,
          flowId: flows[flow] ?? "",
          version,
          deviceIds,
          ...(exclusive ? { exclusive } : {}),
          ...(adopt ? { adopt } : {}),
        });
        return;
      }
      case "drop":
        return this.#declaration.drop(action.slot);
      case "rename":
      case "alias":
        return this.#declaration.rename(action.slot, action.do === "alias");
      case "up": {
        const only = this.#declaration.nameOf(action.only);
        await this.up(this.#declaration.program(), { ...action, only });
        return;
      }
      case "preview":
        await this.#watched({}, false, () => engine.preview(this.#declaration.program()), []);
        return;
      case "refresh":
        await this.#watched({}, false, () => engine.refresh(), []);
        return;
      case "destroy":
        await this.#watched({}, false, () => engine.destroy());
        return;
      case "settle":
        return simulator.settle();
      case "byHand":
        return simulator.change({
          applicationId,
          flowId: flows[action.flow] ?? "",
          deviceId: devices[action.device] ?? "",
          version: action.version,
          by: USER,
        });
      case "device":
        return simulator.setBehaviour(
          devices[action.device] ?? "",
          action.becomes === "failing" ? { kind: "failing", error: "too old" } : { kind: action.becomes },
        );
      case "overwrite":
        if (action.version !== null) simulator.overwriteVersion(flows[action.flow] ?? "", action.version);
        return;
      case "fault": {
        const { method, skip, times, breaks } = action;
        return simulator.fault({ method, skip, times, ...breaks });
      }
      case "kill":
        return killAt(action.call, action.moment);
    }
  }

  /** Whatever happened before: with nothing broken any more, one `up` ends it, and a second one finds nothing to do. */
  async end(): Promise<void> {
    const { simulator, engine, devices, desired } = this.#stage;
    simulator.clearFaults();
    for (const device of devices) simulator.setBehaviour(device, { kind: "immediate" });
    simulator.settle();
    const program = this.#declaration.program({ adopt: true });
    await engine.refresh();
    const owners = ownersIn(engine.state);
    const last = await this.up(program);
    expect(last.errors).toEqual([]);
    for (const [, { flowId, version, deviceIds }] of argsIn(program)) {
      for (const id of deviceIds) expect([id, desired(flowId, id)]).toEqual([id, version]);
    }
    for (const { flowId, deviceIds } of owners) {
      const declared = argsIn(program).flatMap(([, args]) => (args.flowId === flowId ? args.deviceIds : []));
      for (const id of deviceIds) if (!declared.includes(id)) expect([id, desired(flowId, id)]).toEqual([id, null]);
    }
    simulator.settle();
    await engine.refresh();
    const steady = structuredClone(engine.state);
    for (const { outputs } of steady) expect(outputs).toMatchObject({ status: "deployed", drift: [], failures: [] });
    for (const device of devices) {
      simulator.disconnect(device);
      simulator.connect(device);
    }
    simulator.settle();
    simulator.clearCalls();
    const names = Object.keys(program);
    const same = Object.fromEntries(names.map((name) => [name, "same"]));
    expect(await engine.preview(program)).toMatchObject({ errors: [], steps: same });
    expect(await engine.up(program)).toEqual({ errors: [], steps: same, killed: false });
    expect(engine.state).toEqual(steady.toSorted(byOrderOf(engine.state)));
    expect(simulator.calls.filter(({ method }) => method === "POST")).toEqual([]);
    const foreign = this.#foreign();
    await this.#watched({}, false, () => engine.destroy());
    expect(engine.state).toEqual([]);
    expect(foreign.map(({ flowId, id }) => desired(flowId, id))).toEqual(foreign.map(({ version }) => version));
  }

  async up(program: Program, options: { refresh?: boolean; inTurn?: boolean; only?: string | undefined } = {}) {
    const { only, inTurn = false } = options;
    const entries = Object.entries(program).filter(([name]) => only === undefined || name === only);
    const { engine } = this.#stage;
    const owners = ownersIn(engine.state).filter(({ name }) => only === undefined || isOf(program, only, name));
    return this.#watched(Object.fromEntries(entries), inTurn, () => engine.up(program, options), owners);
  }

  /** Runs one command and holds each move it made against what it was allowed. */
  async #watched(program: Program, inTurn: boolean, run: () => Promise<Report>, owned?: readonly Owner[]) {
    const { moves, engine, simulator, applicationId } = this.#stage;
    moves();
    const owners = owned ?? ownersIn(engine.state);
    const before = new Map(
      simulator.rows(applicationId).map((row) => [`${row.flowId}/${row.deviceId}`, row.desiredVersion]),
    );
    const report = await run();
    const wrong = moves().filter((move) => {
      const was = before.get(`${move.flowId}/${move.deviceId}`) ?? null;
      return !mayMove(move, was, owners, program, inTurn);
    });
    expect(wrong).toEqual([]);
    return report;
  }

  #foreign() {
    const { engine, flows, devices, desired } = this.#stage;
    const owners = ownersIn(engine.state);
    return flows.flatMap((flowId) => {
      const here = owners.filter((owner) => owner.flowId === flowId);
      if (here.some(({ exclusive }) => exclusive)) return [];
      return devices
        .filter((id) => !here.some(({ deviceIds }) => deviceIds.includes(id)))
        .map((id) => ({ flowId, id, version: desired(flowId, id) }));
    });
  }
}

const isOf = (program: Program, only: string, name: string): boolean => name === only || program[only]?.alias === name;

const byOrderOf =
  (state: readonly Kept[]) =>
  (a: Kept, b: Kept): number =>
    state.findIndex(({ name }) => name === a.name) - state.findIndex(({ name }) => name === b.name);

const replay = {
  ...(process.env["LIFECYCLE_SEED"] === undefined ? {} : { seed: Number(process.env["LIFECYCLE_SEED"]) }),
  ...(process.env["LIFECYCLE_PATH"] === undefined ? {} : { path: process.env["LIFECYCLE_PATH"] }),
};

describe("whatever happens in the life of a few resources", () => {
  test("no foreign device moves, one `up` ends it, and the next finds nothing to do", async () => {
    const sequences = fc.tuple(
      fc.nat({ max: LOSANTS.length - 1 }),
      fc.array(anAction, { maxLength: 14, minLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(sequences, async ([losant, actions]) => {
        const life = new Life((stages[losant] as (typeof stages)[number]).open());
        for (const action of actions) await life.act(action);
        await life.end();
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 180_000);
});
