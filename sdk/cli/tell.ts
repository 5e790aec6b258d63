/** `pulumi-losant stop | pause | resume`: tells a rollout that runs elsewhere. It writes a tag of the stack and nothing else. */
import { hostname, userInfo } from "node:os";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { runOfTag, runTagIn, tagValueOf, told } from "../../provider/decision/instruction.js";
import type { InstructionCommand, RunTag } from "../../provider/decision/instruction.js";
import { runFailureOf } from "../pipeline/run/run-failure.js";
import { PipelineError } from "../pipeline/report/pipeline-error.js";
import { redactor } from "../pipeline/report/token-redactor.js";
import { countOf } from "../../provider/words.js";

/** What the command needs of a workspace of the Automation API. */
export type TaggedWorkspace = Pick<LocalWorkspace, "listTags" | "setTag">;

export interface TellRequest {
  readonly command: InstructionCommand;
  readonly stack: string;
  /** Who says so. @default the user of this machine */
  readonly by?: string;
}

export interface Answer {
  readonly code: 0 | 1;
  readonly text: string;
}

const WHAT_FOLLOWS: Readonly<Record<InstructionCommand, string>> = {
  stop: "No further batch begins. `pulumi up` saves what is live and ends within seconds; the next one goes on from there.",
  pause: "No further batch begins until `pulumi-losant resume`; `pulumi-losant stop` ends it.",
  resume: "The next batch begins as soon as nothing else holds it back.",
};

/** @throws PipelineError where the stack or its tags cannot be read or written */
export async function tell(request: TellRequest, workDir: string): Promise<Answer> {
  try {
    return await tellRuns(await LocalWorkspace.create({ workDir }), request);
  } catch (error) {
    throw new PipelineError(runFailureOf(error, request.stack, redactor(process.env)));
  }
}

/** One `pulumi up` may have several runs: each provider with arguments of its own is one. */
export async function tellRuns(
  workspace: TaggedWorkspace,
  { command, stack, by = me() }: TellRequest,
): Promise<Answer> {
  const runs = Object.entries(await workspace.listTags(stack)).flatMap(([name, value]) => {
    const tag = runOfTag(name) === undefined ? undefined : runTagIn(value);
    return tag === undefined ? [] : [{ name, tag }];
  });
  if (runs.length === 0) {
    const when = "A rollout can be told something while it has a batch to come.";
    return { code: 1, text: `no rollout is under way on stack ${stack}: there is nothing to ${command}. ${when}` };
  }
  const answers = runs.map(({ name, tag }) => ({ name, tag, answer: told(command, tag.instruction, by) }));
  let written = 0;
  for (const { name, tag, answer } of answers) {
    if (answer.kind !== "new") continue;
    await write(workspace, stack, name, { ...tag, instruction: answer.instruction });
    written += 1;
  }
  const refusals = answers.flatMap(({ answer }) => (answer.kind === "refused" ? [answer.why] : []));
  if (refusals.length > 0) return { code: 1, text: `${command}: refused on stack ${stack}: ${refusals[0]}` };
  const said = answers.flatMap(({ answer }) => (answer.kind === "said" ? [answer.why] : []));
  if (written === 0) return { code: 0, text: `${command}: nothing to do on stack ${stack}: ${said[0]}` };
  return {
    code: 0,
    text: `${command}: told ${countOf(written, "rollout run")} of stack ${stack}. ${WHAT_FOLLOWS[command]}`,
  };
}

/** Attempts, where another writer of tags comes in between: Pulumi writes all tags of a stack at once. */
const ATTEMPTS = 3;

/** Writes only where the run still listens: it takes its tag away at its end. */
async function write(workspace: TaggedWorkspace, stack: string, name: string, tag: RunTag): Promise<void> {
  const value = tagValueOf(tag);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    await workspace.setTag(stack, name, value);
    if ((await workspace.listTags(stack))[name] === value) return;
  }
  throw new Error(`the tag ${name} of stack ${stack} does not keep what is written to it: another writer is at work`);
}

function me(): string {
  return `${userInfo().username}@${hostname()}`;
}
