/** Who owns what by a state, and which moves that allows: worked out without the provider. */
import { argsIn, argsOf, claimOn } from "./declaration.js";
import type { Args } from "./declaration.js";
import { isTargeted } from "./engine-model.js";
import type { Declared, Kept, Program, Targets } from "./engine-model.js";
import type { Move } from "./stage.js";

export interface Owner {
  readonly name: string;
  readonly flowId: string;
  readonly deviceIds: readonly string[];
  readonly leaving: readonly string[];
  readonly handedOver: readonly string[];
  readonly exclusive: boolean;
  readonly retainOnDelete: boolean;
}

export function ownersIn(state: readonly Kept[]): Owner[] {
  return state
    .filter(({ awaitsReplacement }) => !awaitsReplacement)
    .map(({ name, outputs, retainOnDelete }) => {
      const {
        flowId,
        deviceIds,
        exclusive,
        __losant = {},
      } = outputs as unknown as Args & {
        readonly __losant?: {
          readonly leaving?: readonly string[];
          readonly handedOver?: Readonly<Record<string, readonly string[]>>;
        };
      };
      return {
        name,
        flowId,
        deviceIds,
        leaving: __losant.leaving ?? [],
        handedOver: Object.values(__losant.handedOver ?? {}).flat(),
        exclusive: exclusive === true,
        retainOnDelete,
      };
    });
}

export const ownedIn = ({ deviceIds, leaving, handedOver }: Owner): string[] => [
  ...deviceIds,
  ...leaving,
  ...handedOver,
];

/** `<flow>/<device>` of everything that some resource owns. */
export function keysOf(owners: readonly Owner[]): Set<string> {
  return new Set(owners.flatMap((owner) => ownedIn(owner).map((id) => `${owner.flowId}/${id}`)));
}

/** The one that decides what becomes of the device: who declares it, else who still has to let it go. */
export function ownerOf(owners: readonly Owner[], flowId: string, deviceId: string): Owner | undefined {
  const here = owners.filter((owner) => owner.flowId === flowId);
  return (
    here.find(({ deviceIds }) => deviceIds.includes(deviceId)) ??
    here.find(({ leaving }) => leaving.includes(deviceId)) ??
    here.find(({ handedOver }) => handedOver.includes(deviceId))
  );
}

export interface Command {
  readonly program: Program;
  readonly targets: Targets;
  readonly owners: readonly Owner[];
  /** `<flow>/<device>` of devices that an interrupted run of this stack moved, and no state tells of. */
  readonly loose: ReadonlySet<string>;
}

/** May this command have made this move? Worked out from the declaration and the state alone. */
export function mayMove(move: Move, before: string | null, command: Command): boolean {
  const claim = claimOn(command.program, move.flowId, move.deviceId);
  return claim === undefined ? mayStop(move, command) : mayBring(move, before, claim, command);
}

/** Nobody declares the device: it stops where it is owned, and where an owner of it is at work. */
function mayStop(move: Move, command: Command): boolean {
  const { flowId, deviceId, to } = move;
  const { program, owners } = command;
  const here = owners.filter((owner) => owner.flowId === flowId);
  const holders = here.filter(({ deviceIds, leaving }) => [...deviceIds, ...leaving].includes(deviceId));
  const givers = here.filter(({ handedOver }) => handedOver.includes(deviceId));
  const owning = holders.length > 0 ? holders : givers;
  if (to !== null) return false;
  if (owning.length > 0) return owning.some(({ name }) => isAtWork(command, name));
  const becomesExclusive = argsIn(program).some(
    ([name, args]) => args.flowId === flowId && args.exclusive === true && isAtWork(command, name),
  );
  return isExclusive(flowId, command) || becomesExclusive;
}

/** The device is declared: it goes straight to the version there, and not at all where its resource is left out. */
function mayBring(move: Move, before: string | null, [name, declared]: [string, Declared], command: Command): boolean {
  const { flowId, deviceId, to } = move;
  const { program, owners, loose } = command;
  const { version, adopt } = argsOf(declared);
  const exclusive = isExclusive(flowId, command);
  const owner = ownerOf(owners, flowId, deviceId);
  if (to === version && isAtWork(command, name)) {
    const isForeign = owner === undefined && !exclusive && !loose.has(`${flowId}/${deviceId}`);
    return !isForeign || before === null || before === version || adopt === true;
  }
  if (to !== null) return false;
  // Who gives up a device may come before anybody can know who declares it.
  const isGivenUp = owner !== undefined && newNameOf(program, owner.name) !== name && isAtWork(command, owner.name);
  return declared.late === true && (isGivenUp || exclusive);
}

function isAtWork({ program, targets }: Command, name: string): boolean {
  return isTargeted(targets, name) || isTargeted(targets, newNameOf(program, name));
}

function isExclusive(flowId: string, command: Command): boolean {
  return command.owners.some((one) => one.flowId === flowId && one.exclusive && isAtWork(command, one.name));
}

/** The name that the program has for a resource of the state. */
function newNameOf(program: Program, name: string): string {
  if (name in program) return name;
  return Object.entries(program).find(([, { alias }]) => alias === name)?.[0] ?? name;
}
