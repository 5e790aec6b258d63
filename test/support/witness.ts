/** Watches a life: every move of every command, and every state that is written, is held against the laws. */
import { expect } from "@jest/globals";
import { argsOf, claimOn } from "./declaration.js";
import { isTargeted } from "./engine-model.js";
import type { Kept, Program, Report, Targets } from "./engine-model.js";
import { keysOf, mayMove, ownedIn, ownersIn } from "./laws.js";
import type { Owner } from "./laws.js";
import type { Move, Stage } from "./stage.js";

export class Witness {
  readonly #stage: Stage;
  /** `<flow>/<device>` moved by a command that was killed, and owned by no state. */
  readonly #loose = new Set<string>();
  /** Left running on purpose: by `retainOnDelete`, or forgotten with `pulumi state delete`. */
  readonly #released = new Set<string>();
  /** Owned by some state, until Losant shows the device without the flow. */
  #owned = new Set<string>();
  /** Is something broken, or was a command killed? Then a command may fail, and may write twice. */
  isTroubled = false;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.onWritten = (state) => this.#expectOwned(state);
  }

  /** Runs one command and holds each move it made against what it was allowed. */
  async watch(asked: { readonly program: Program; readonly targets: Targets }, run: () => Promise<Report>) {
    const { moves, engine, simulator, applicationId } = this.#stage;
    moves();
    const owners = ownersIn(engine.state);
    const before = new Map(
      simulator.rows(applicationId).map((row) => [`${row.flowId}/${row.deviceId}`, row.desiredVersion]),
    );
    const report = await run();
    // What Losant accepted shows late; a killed or failed command does not wait for it.
    if (report.killed || report.errors.length > 0) simulator.settle();
    this.isTroubled ||= report.killed;
    const made = moves();
    const command = { ...asked, owners, loose: this.#loose };
    const wrong = made.filter((move) => !mayMove(move, before.get(keyOf(move)) ?? null, command));
    expect({ wrong, owners: wrong.length > 0 ? owners : [] }).toEqual({ wrong: [], owners: [] });
    if (!this.isTroubled && report.errors.length === 0) expectMovedOnce(made, asked.program);
    const owned = keysOf(ownersIn(engine.state));
    for (const move of made) if (report.killed && !owned.has(keyOf(move))) this.#loose.add(keyOf(move));
    for (const key of keysOf(owners.filter(isRetained))) if (!owned.has(key)) this.#released.add(key);
    return report;
  }

  /** A person has moved the device: whoever moved it before, it is theirs now. */
  movedByHand(flowId: string, deviceId: string): void {
    this.#loose.delete(`${flowId}/${deviceId}`);
  }

  /** `pulumi state delete`: the devices run on, and are nobody's. */
  forget(name: string | undefined): void {
    const { engine } = this.#stage;
    const forgotten = keysOf(ownersIn(engine.state.filter((kept) => kept.name === name)));
    for (const key of forgotten) this.#released.add(key);
    engine.edit((state) => state.filter((kept) => kept.name !== name));
    this.#owned = keysOf(ownersIn(engine.state).filter((owner) => !isRetained(owner)));
  }

  expectDeclared(program: Program, targets: Targets): void {
    for (const [name, declared] of Object.entries(program)) {
      // --target refreshes nothing under an earlier name.
      if (!isTargeted(targets, name) || (targets.only !== undefined && declared.alias !== undefined)) continue;
      const { flowId, version, deviceIds } = argsOf(declared);
      for (const id of deviceIds) expect([name, id, this.#stage.desired(flowId, id)]).toEqual([name, id, version]);
    }
  }

  /** No device is declared by two, and what was handed over has an owner: who declares it, or this resource alone. */
  expectOneOwnerEach(): void {
    const owners = ownersIn(this.#stage.engine.state);
    for (const key of keysOf(owners)) {
      const [flowId, id] = partsOf(key);
      const here = owners.filter((owner) => owner.flowId === flowId);
      const having = (ids: (owner: Owner) => readonly string[]): string[] =>
        here.filter((owner) => ids(owner).includes(id)).map(({ name }) => name);
      const declaring = having(({ deviceIds }) => deviceIds);
      const owning = declaring.length > 0 ? declaring : having(ownedIn);
      expect({ id, owning, here: owning.length === 1 ? [] : here }).toEqual({ id, owning: [owning[0]], here: [] });
    }
  }

  /** Devices that carry a version because we put it there, and that nothing declares any more. */
  expectNothingLeftBehind(program: Program): void {
    const { simulator, applicationId, isOurs } = this.#stage;
    const left = simulator.rows(applicationId).filter(({ flowId, deviceId, desiredVersion }) => {
      const key = `${flowId}/${deviceId}`;
      const isMeant = desiredVersion === null || claimOn(program, flowId, deviceId) !== undefined;
      return !isMeant && !this.#loose.has(key) && !this.#released.has(key) && isOurs(flowId, deviceId);
    });
    expect(left).toEqual([]);
  }

  /** After each state that was written: what ran because of us is owned, or does not run any more. */
  #expectOwned(state: readonly Kept[]): void {
    const { desired, isOurs } = this.#stage;
    const owners = ownersIn(state);
    const now = keysOf(owners);
    const lost = [...this.#owned].filter((key) => {
      const [flowId, deviceId] = partsOf(key);
      return !now.has(key) && desired(flowId, deviceId) !== null && isOurs(flowId, deviceId);
    });
    expect({ ownedByNobody: lost }).toEqual({ ownedByNobody: [] });
    // A resource that is retained leaves the state with its devices running.
    this.#owned = keysOf(owners.filter((owner) => !isRetained(owner)));
    for (const key of now) {
      this.#loose.delete(key);
      this.#released.delete(key);
    }
  }
}

/** Known at once, a device goes straight to where it is declared. */
function expectMovedOnce(made: readonly Move[], program: Program): void {
  const again = made.filter((move, index) => made.findIndex((other) => keyOf(other) === keyOf(move)) !== index);
  const straight = again.filter(({ flowId, deviceId }) => claimOn(program, flowId, deviceId)?.[1].late !== true);
  expect(straight).toEqual([]);
}

export const isRetained = ({ retainOnDelete }: Owner): boolean => retainOnDelete;

export function partsOf(key: string): [string, string] {
  const [flowId = "", deviceId = ""] = key.split("/");
  return [flowId, deviceId];
}

const keyOf = ({ flowId, deviceId }: Move): string => `${flowId}/${deviceId}`;
