/** What a program declares over its life, and which moves that allows: worked out without the provider. */
import type { Kept, Program } from "./engine.js";
import type { Move } from "./stage.js";

export interface Args {
  readonly applicationId: string;
  readonly flowId: string;
  readonly version: string | null;
  readonly deviceIds: readonly string[];
  readonly exclusive?: boolean;
  readonly adopt?: boolean;
}

/** What the program declares, slot by slot; a slot keeps its resource's name until it is renamed. */
export class Declaration {
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

export const argsIn = (program: Program): [string, Args][] =>
  Object.entries(program).map(([name, { args }]) => [name, args as unknown as Args]);

export interface Owner {
  readonly name: string;
  readonly flowId: string;
  readonly deviceIds: readonly string[];
  readonly exclusive: boolean;
}

export function ownersIn(state: readonly Kept[]): Owner[] {
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
export function mayMove(
  move: Move,
  before: string | null,
  owners: readonly Owner[],
  program: Program,
  inTurn: boolean,
) {
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
