/** What a program declares over its life, slot by slot. */
import type { Declared, Program } from "./engine-model.js";

export interface Args {
  readonly applicationId: string;
  readonly flowId: string;
  readonly version: string | null;
  readonly deviceIds: readonly string[];
  readonly exclusive?: boolean;
  readonly adopt?: boolean;
  readonly rollout?: object;
}

export interface Options {
  /** Slots of resources that come first. */
  readonly after?: number;
  readonly late?: boolean;
  readonly retainOnDelete?: boolean;
}

interface Slot {
  readonly name: string;
  readonly alias?: string;
  readonly args: Args;
  readonly options: Options;
}

/** A slot keeps its resource's name until it is renamed. */
export class Declaration {
  readonly #slots = new Map<number, Slot>();
  #renames = 0;

  declare(slot: number, args: Args, options: Options = {}): void {
    for (const [other, held] of this.#slots) {
      if (other === slot || held.args.flowId !== args.flowId) continue;
      // A program that declares a device twice is refused before any verb is called.
      const deviceIds = held.args.deviceIds.filter((id) => !args.deviceIds.includes(id));
      const both = args.exclusive === true || held.args.exclusive === true;
      if (deviceIds.length === 0 || both) this.#slots.delete(other);
      else this.#slots.set(other, { ...held, args: { ...held.args, deviceIds } });
    }
    const held = this.#slots.get(slot);
    this.#slots.set(slot, { name: `r${slot}`, ...held, args, options });
  }

  drop(slot: number): void {
    this.#slots.delete(slot);
  }

  rename(slot: number, withAlias: boolean): void {
    const held = this.#slots.get(slot);
    if (!held) return;
    this.#renames += 1;
    const name = `r${slot}-${this.#renames}`;
    this.#slots.set(slot, { name, args: held.args, options: held.options, ...(withAlias ? { alias: held.name } : {}) });
  }

  /** The first devices of one resource go to another one, which is new, or gets them beside its own. */
  give(from: number, to: number, count: number): void {
    const giver = this.#slots.get(from);
    if (!giver || from === to || giver.args.exclusive === true) return;
    const given = giver.args.deviceIds.slice(0, count);
    const taker = this.#slots.get(to);
    const isSame = taker?.args.flowId === giver.args.flowId;
    const { version, flowId, applicationId } = isSame ? taker.args : giver.args;
    const more = isSame ? taker.args.deviceIds : [];
    this.declare(to, { applicationId, flowId, version, deviceIds: [...more, ...given] }, taker?.options);
  }

  /** Two resources of one flow trade their devices. */
  swap(one: number, other: number): void {
    const [a, b] = [this.#slots.get(one), this.#slots.get(other)];
    if (!a || !b || one === other || a.args.flowId !== b.args.flowId) return;
    this.#slots.set(one, { ...a, args: { ...a.args, deviceIds: b.args.deviceIds } });
    this.#slots.set(other, { ...b, args: { ...b.args, deviceIds: a.args.deviceIds } });
  }

  bump(slot: number, version: string | null): void {
    const held = this.#slots.get(slot);
    if (held) this.#slots.set(slot, { ...held, args: { ...held.args, version } });
  }

  nameOf(slot: number): string | undefined {
    return this.#slots.get(slot)?.name;
  }

  program(more: Partial<Args> = {}): Program {
    return Object.fromEntries(
      [...this.#slots].map(([slot, { name, alias, args, options }]) => {
        const { after, late, retainOnDelete } = options;
        const first = after === undefined || this.#comesAfter(after, slot) ? undefined : this.nameOf(after);
        const declared: Declared = {
          args: { ...args, ...more },
          ...(alias === undefined ? {} : { alias }),
          ...(first === undefined ? {} : { dependsOn: [first] }),
          ...(first !== undefined && late === true ? { late: true } : {}),
          ...(retainOnDelete === true ? { retainOnDelete } : {}),
        };
        return [name, declared];
      }),
    );
  }

  /** Does the first depend on the second, or is it the second? Each has one dependency at most. */
  #comesAfter(slot: number, other: number): boolean {
    const seen = new Set<number>();
    for (
      let now: number | undefined = slot;
      now !== undefined && !seen.has(now);
      now = this.#slots.get(now)?.options.after
    ) {
      if (now === other) return true;
      seen.add(now);
    }
    return false;
  }
}

export const argsOf = ({ args }: Declared): Args => args as unknown as Args;

export const argsIn = (program: Program): [string, Args][] =>
  Object.entries(program).map(([name, declared]) => [name, argsOf(declared)]);

/** Which resource declares the device for the flow? */
export function claimOn(program: Program, flowId: string, deviceId: string): [string, Declared] | undefined {
  return Object.entries(program).find(([, declared]) => {
    const args = argsOf(declared);
    return args.flowId === flowId && args.deviceIds.includes(deviceId);
  });
}
