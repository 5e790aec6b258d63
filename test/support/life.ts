/** One life of a few resources, acted out, with a witness. */
import { expect } from "@jest/globals";
import { argsOf, claimOn, Declaration } from "./declaration.js";
import type { Order, Program, Report, Targets, UpOptions } from "./engine-model.js";
import { keysOf, ownedIn, ownersIn } from "./laws.js";
import type { Owner } from "./laws.js";
import type { Action, LifeStory } from "./lives.js";
import type { Stage } from "./stage.js";
import { isRetained, partsOf, Witness } from "./witness.js";

const USER = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;
const ROLLOUT = { batches: [1, "100%"], timeoutSeconds: 20, pauseSeconds: 5 };
const NO_PROGRAM = { program: {}, targets: {} };
const NOTHING_DONE: Report = { errors: [], steps: {}, killed: false };

export class Life {
  readonly #stage: Stage;
  readonly #witness: Witness;
  readonly #declaration = new Declaration();

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#witness = new Witness(stage);
  }

  /** What is declared at this moment. */
  get program(): Program {
    return this.#declaration.program();
  }

  async live({ rounds, order, parallel }: LifeStory): Promise<void> {
    for (const round of rounds) {
      for (const action of round) await this.act(action);
      this.#stage.simulator.clearFaults();
      this.#witness.isTroubled = false;
    }
    await this.end({ order, parallel });
  }

  async act(action: Action): Promise<void> {
    const { simulator, engine, flows, devices, applicationId, killNext } = this.#stage;
    const declaration = this.#declaration;
    switch (action.do) {
      case "declare": {
        const { slot, flow, version, adopt, rollout, options } = action;
        // What is retained on purpose and what an exclusive resource removes contradict each other.
        const exclusive = action.exclusive && !this.#retainsSome(flows[flow] ?? "");
        const args = {
          applicationId,
          flowId: flows[flow] ?? "",
          version,
          deviceIds: action.devices.map((device) => devices[device] ?? ""),
          ...(exclusive ? { exclusive } : {}),
          ...(adopt ? { adopt } : {}),
          ...(rollout ? { rollout: ROLLOUT } : {}),
        };
        return declaration.declare(slot, args, options);
      }
      case "give":
        return declaration.give(action.slot, action.to, action.count);
      case "swap":
        return declaration.swap(action.slot, action.other);
      case "bump":
        return declaration.bump(action.slot, action.version);
      case "drop":
        return declaration.drop(action.slot);
      case "rename":
      case "alias":
        return declaration.rename(action.slot, action.do === "alias");
      case "forget":
        return this.#witness.forget(declaration.nameOf(action.slot));
      case "up": {
        const targets = this.#targetsOf(action);
        await this.up(declaration.program(), { ...action, ...targets });
        return;
      }
      case "preview":
        await this.#witness.watch(NO_PROGRAM, () => engine.preview(declaration.program(), action));
        return;
      case "refresh":
        return this.#refreshTwice(action);
      case "destroy":
        return this.#destroy({ ...action, ...this.#targetsOf(action) });
      case "settle":
        return simulator.settle();
      case "byHand": {
        const [flowId, deviceId] = [flows[action.flow] ?? "", devices[action.device] ?? ""];
        if (this.#stage.desired(flowId, deviceId) !== action.version) this.#witness.movedByHand(flowId, deviceId);
        return simulator.change({ applicationId, flowId, deviceId, version: action.version, by: USER });
      }
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
        this.#witness.isTroubled = true;
        return simulator.fault({ method, skip, times, ...breaks });
      }
      case "kill":
        return killNext(action);
    }
  }

  /** Whatever happened before: with nothing broken any more, one `up` ends it, and a second one finds nothing to do. */
  async end(order: Order): Promise<void> {
    const { simulator, engine, devices, desired, orphansEnd, orphanWrites } = this.#stage;
    await this.#witness.watch(NO_PROGRAM, async () => {
      await orphansEnd();
      return NOTHING_DONE;
    });
    expect(orphanWrites()).toEqual([]);
    for (const device of devices) simulator.setBehaviour(device, { kind: "immediate" });
    simulator.settle();
    const program = this.#declaration.program({ adopt: true });
    await engine.refresh(order);
    const owners = effectiveOwners(ownersIn(engine.state));
    const last = await this.up(program, order);
    expect(last.errors).toEqual([]);
    for (const key of keysOf(owners.filter((owner) => !isRetained(owner)))) {
      const [flowId, id] = partsOf(key);
      if (claimOn(program, flowId, id) === undefined) expect([id, desired(flowId, id)]).toEqual([id, null]);
    }
    this.#witness.expectNothingLeftBehind(program);
    await this.#expectSteady(program, order);
    await this.#expectAllGone(program, order);
  }

  async up(program: Program, options: UpOptions = {}): Promise<Report> {
    const { engine } = this.#stage;
    const { only, exclude, refresh } = options;
    const targets = { only, exclude };
    const report = await this.#witness.watch({ program, targets }, () => engine.up(program, options));
    if (report.killed || report.errors.length > 0) return report;
    // What an `up` without a refresh does not know of, it does not mend.
    if (refresh !== false) this.#witness.expectDeclared(program, targets);
    if (only === undefined && exclude === undefined) this.#witness.expectOneOwnerEach();
    return report;
  }

  #retainsSome(flowId: string): boolean {
    const declared = Object.values(this.#declaration.program());
    return (
      declared.some((one) => one.retainOnDelete === true && argsOf(one).flowId === flowId) ||
      ownersIn(this.#stage.engine.state).some((owner) => owner.retainOnDelete && owner.flowId === flowId)
    );
  }

  #targetsOf(action: {
    readonly only?: number | undefined;
    readonly exclude?: number | undefined;
  }): Record<keyof Targets, readonly string[] | undefined> {
    const named = (slot: number | undefined): string[] | undefined => {
      const name = slot === undefined ? undefined : this.#declaration.nameOf(slot);
      return name === undefined ? undefined : [name];
    };
    const only = named(action.only);
    return { only, exclude: only === undefined ? named(action.exclude) : undefined };
  }

  async #refreshTwice(order: Order): Promise<void> {
    const { engine } = this.#stage;
    const first = await this.#witness.watch(NO_PROGRAM, () => engine.refresh(order));
    const kept = structuredClone(engine.state);
    const again = await this.#witness.watch(NO_PROGRAM, () => engine.refresh(order));
    if (!first.killed && first.errors.length + again.errors.length === 0) expect(engine.state).toEqual(kept);
  }

  async #destroy(options: UpOptions): Promise<void> {
    const { engine } = this.#stage;
    const mayBeUnclear = ownersIn(engine.state).some(({ handedOver }) => handedOver.length > 0);
    const { only } = options;
    const report = await this.#witness.watch({ program: {}, targets: { only } }, () => engine.destroy(options));
    if (this.#witness.isTroubled || mayBeUnclear) return;
    expect(report.errors).toEqual([]);
    if (only === undefined) expect(engine.state).toEqual([]);
  }

  /** A second `up` finds nothing to do, writes nothing, and leaves the state as it is. */
  async #expectSteady(program: Program, order: Order): Promise<void> {
    const { simulator, engine, devices } = this.#stage;
    simulator.settle();
    simulator.clearCalls();
    await engine.refresh(order);
    // Whoever gave a device up forgets it once the state of its new owner has been shown.
    if (ownersIn(engine.state).some(({ handedOver }) => handedOver.length > 0)) await this.up(program, order);
    expect(simulator.calls.filter(({ method }) => method === "POST")).toEqual([]);
    const steady = structuredClone(engine.state);
    for (const { outputs } of steady) expect(outputs).toMatchObject({ status: "deployed", drift: [], failures: [] });
    for (const device of devices) {
      simulator.disconnect(device);
      simulator.connect(device);
    }
    simulator.settle();
    simulator.clearCalls();
    const same = Object.fromEntries(Object.keys(program).map((name) => [name, "same"]));
    expect(await engine.preview(program, order)).toMatchObject({ errors: [], steps: same });
    expect(await engine.up(program, order)).toEqual({ errors: [], steps: same, killed: false });
    expect(engine.state).toEqual(steady);
    expect(simulator.calls.filter(({ method }) => method === "POST")).toEqual([]);
  }

  /** A destroy stops what is ours and nothing else. What it cannot know it refuses, and an `up` makes it known. */
  async #expectAllGone(program: Program, order: Order): Promise<void> {
    const { engine, desired } = this.#stage;
    const versionOf = (key: string): string | null => desired(...partsOf(key));
    const owners = ownersIn(engine.state);
    const foreign = new Map(this.#foreign().map((key) => [key, versionOf(key)]));
    const retained = keysOf(owners.filter(isRetained));
    const mayBeUnclear = owners.some(({ handedOver }) => handedOver.length > 0);
    const destroy = (): Promise<Report> => this.#witness.watch(NO_PROGRAM, () => engine.destroy(order));
    const first = await destroy();
    if (first.errors.length > 0) {
      expect({ mayBeUnclear, errors: first.errors }).toMatchObject({ mayBeUnclear: true });
      expect((await this.up(program, order)).errors).toEqual([]);
      expect((await destroy()).errors).toEqual([]);
    }
    expect(engine.state).toEqual([]);
    expect(new Map([...foreign.keys()].map((key) => [key, versionOf(key)]))).toEqual(foreign);
    const owned = owners.flatMap((owner) => ownedIn(owner).map((id) => `${owner.flowId}/${id}`));
    expect(owned.filter((key) => !retained.has(key) && versionOf(key) !== null)).toEqual([]);
  }

  /** What no resource owns, of flows that no resource has for itself. */
  #foreign(): string[] {
    const { engine, flows, devices } = this.#stage;
    const owners = ownersIn(engine.state);
    const owned = keysOf(owners);
    return flows
      .filter((flowId) => !owners.some((owner) => owner.flowId === flowId && owner.exclusive))
      .flatMap((flowId) => devices.map((id) => `${flowId}/${id}`))
      .filter((key) => !owned.has(key));
  }
}

/** What another resource's state declares is that one's, and may be retained by it on purpose. */
function effectiveOwners(owners: readonly Owner[]): Owner[] {
  return owners.map((owner) => ({
    ...owner,
    handedOver: owner.handedOver.filter(
      (id) => !owners.some((other) => other !== owner && other.flowId === owner.flowId && other.deviceIds.includes(id)),
    ),
  }));
}
