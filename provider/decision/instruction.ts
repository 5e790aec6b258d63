/**
 * What a person tells a rollout that runs, from another terminal or a pipeline: `pulumi-losant stop | pause | resume`. Pure.
 *
 * It travels as a tag of the stack: each backend of Pulumi has tags, and a running `pulumi up` does not lock them. A rollout
 * announces itself by a tag whose name no other run has, and removes it at its end. The command writes to that tag and to
 * no other. So an instruction reaches the run that it is meant for or none, whatever the clocks say, and a later
 * `pulumi up` never meets an old one.
 *
 * | command | the run goes on | is paused      | stops          |
 * | ------- | --------------- | -------------- | -------------- |
 * | stop    | stop            | stop           | nothing to say |
 * | pause   | pause           | nothing to say | refused        |
 * | resume  | nothing to say  | go on          | refused        |
 */

export type Instruction =
  | { readonly kind: "run" }
  /** `by`: who said so, as that person's machine names them. */
  | { readonly kind: "pause" | "stop"; readonly by: string };

export type InstructionCommand = "stop" | "pause" | "resume";

export const GO_ON: Instruction = { kind: "run" };

const PREFIX = "pulumi-losant:";
/** What Pulumi Cloud takes as the value of a tag is 256 characters. */
const MAX_BY = 150;

/** @param run - 8 hexadecimal digits that no other run has */
export function tagNameOf(run: string): string {
  return `${PREFIX}${run}`;
}

/** @returns undefined for any other tag of the stack */
export function runOfTag(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

export interface RunTag {
  readonly instruction: Instruction;
  /** The address of the engine that the run belongs to. */
  readonly engine: string;
}

/** `pause 127.0.0.1:41045 anna@laptop` */
export function tagValueOf({ instruction, engine }: RunTag): string {
  const { kind } = instruction;
  if (kind === "run") return `${kind} ${engine}`;
  return `${kind} ${engine} ${instruction.by.replaceAll(/\s+/g, " ").trim().slice(0, MAX_BY)}`;
}

/** @returns undefined where it is none: somebody has written the tag by hand */
export function runTagIn(value: string): RunTag | undefined {
  const [, kind, engine = "", by = ""] = /^(run|pause|stop) (\S+)(?: (.+))?$/.exec(value.trim()) ?? [];
  if (kind === "run") return { instruction: GO_ON, engine };
  if (kind === "pause" || kind === "stop") return { instruction: { kind, by: by || "somebody" }, engine };
  return undefined;
}

/**
 * A stack has one `pulumi up` at a time, so a tag of another engine is of a run that was killed.
 *
 * @param engine - the address of the engine of this run
 */
export function isLeftBehind(name: string, value: string, engine: string): boolean {
  return runOfTag(name) !== undefined && runTagIn(value)?.engine !== engine;
}

/** What a command makes of what was said before. `said`: the run knows it already, or need not know. */
export type Told =
  | { readonly kind: "new"; readonly instruction: Instruction }
  | { readonly kind: "said" | "refused"; readonly why: string };

export function told(command: InstructionCommand, { kind }: Instruction, by: string): Told {
  if (command === "stop") {
    return kind === "stop"
      ? { kind: "said", why: "it was told to stop before" }
      : { kind: "new", instruction: { kind: "stop", by } };
  }
  if (kind === "stop") return { kind: "refused", why: "it was told to stop, and that cannot be taken back" };
  if (command === "pause") {
    return kind === "pause"
      ? { kind: "said", why: "it is paused already" }
      : { kind: "new", instruction: { kind: "pause", by } };
  }
  return kind === "run" ? { kind: "said", why: "it is not paused" } : { kind: "new", instruction: GO_ON };
}
