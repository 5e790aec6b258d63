/**
 * Asks what a person has told the rollouts of this run (`decision/instruction.ts`). All rollouts of the process share it,
 * and the tag of the run is there while one of them has a batch to come.
 *
 * An instruction is no gate. Where the tags cannot be read, that is said, and what was told last stands: nobody's rollout
 * ends because of a slow CLI, and one that was paused stays so.
 */
import { GO_ON, isLeftBehind, runTagIn, tagNameOf, tagValueOf } from "../decision/instruction.js";
import type { Instruction } from "../decision/instruction.js";
import type { Log } from "../messages/log.js";
import { recordLine } from "../messages/run-record.js";
import { Interrupted } from "../run-end.js";
import type { Instructions, StackTags } from "../ports.js";
import { quoteValue } from "../words.js";

export interface InstructionsOptions {
  readonly tags: StackTags;
  /** 8 hexadecimal digits that no other run has. */
  readonly run: string;
  /** The address of the engine: the tags of other engines are those of runs that were killed. */
  readonly engine: string;
  readonly log: Pick<Log, "debug" | "info">;
  /** Ends the run as the first Ctrl-C does. */
  readonly interrupt: (reason: Interrupted) => void;
}

export function createInstructions({ tags, run, engine, log, interrupt }: InstructionsOptions): Instructions {
  const name = tagNameOf(run);
  let current: Instruction = GO_ON;
  let listening = 0;
  let announced: Promise<void> = Promise.resolve();
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  let trouble: string | undefined;

  const announce = async (): Promise<void> => {
    for (const [other, value] of await tags.list()) {
      if (isLeftBehind(other, value, engine)) await tags.remove(other);
    }
    await tags.set(name, tagValueOf({ instruction: current, engine }));
  };

  const read = async (): Promise<void> => {
    await announced;
    const value = (await tags.list()).get(name);
    // Pulumi writes all tags of a stack at once: another writer may have dropped this one.
    if (value === undefined) return tags.set(name, tagValueOf({ instruction: current, engine }));
    const tag = runTagIn(value);
    if (tag === undefined) throw new Error(`the tag ${name} of the stack says ${quoteValue(value)}`);
    if (tag.instruction.kind !== current.kind) taken(tag.instruction);
  };

  const taken = (instruction: Instruction): void => {
    // What stops does not go on any more.
    if (current.kind === "stop") return;
    current = instruction;
    switch (instruction.kind) {
      case "stop":
        log.debug(recordLine({ kind: "stopped", by: instruction.by }));
        interrupt(new Interrupted(instruction.by));
        break;
      case "pause":
        log.info(
          `rollouts paused by ${instruction.by}: no further batch until \`pulumi-losant resume\`, or \`pulumi-losant stop\``,
        );
        break;
      case "run":
        log.info("rollouts go on, as `pulumi-losant resume` said");
    }
  };

  const readOrSay = async (): Promise<void> => {
    try {
      await read();
      trouble = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (trouble === undefined) {
        const meanwhile = current.kind === "pause" ? "stays paused" : "goes on";
        log.info(`\`pulumi-losant stop\` and \`pause\` do not reach this rollout, which ${meanwhile}: ${why}`);
      }
      trouble = why;
    }
  };

  return {
    get current() {
      return current;
    },
    begin: () => {
      listening += 1;
      if (listening > 1) return;
      // What fails here is said when it is read: nothing can have been told before.
      announced = underWay.then(announce).catch(() => undefined);
      underWay = announced;
    },
    // One that is under way may have read before the person wrote: a new one is begun after it, for all that ask meanwhile.
    ask: () => {
      next ??= underWay.then(() => {
        next = undefined;
        const reading = readOrSay();
        underWay = reading;
        return reading;
      });
      return next;
    },
    end: async () => {
      listening -= 1;
      if (listening > 0) return;
      await underWay;
      await tags.remove(name).catch(() => undefined);
    },
  };
}
