/** The only place that runs Pulumi: one operation on one stack. It collects the events and turns a failure into a sentence. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { engineFacts } from "../engine/engine-events.js";
import type { EngineFacts } from "../engine/engine-events.js";
import { pipelineEvent } from "../engine/pipeline-events.js";
import { deviceEventReader } from "../engine/device-events.js";
import type { DeviceNames } from "../engine/device-events.js";
import { listenerOf } from "./listener.js";
import { CANCELLED, runFailureOf } from "./run-failure.js";
import { redactor } from "../report/token-redactor.js";
import type { Redact } from "../report/token-redactor.js";
import type { Problem } from "../report/results.js";
import { redactionOfText } from "../engine/secret-inputs.js";
import type { RunOptions } from "./run-options.js";

export interface Ran {
  readonly facts: EngineFacts;
  readonly problem: Problem | undefined;
}

export interface RunExtras {
  /** For the environment of this run alone. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Of devices, for events. */
  readonly names?: DeviceNames;
}

export async function runStack(
  stack: Stack,
  phase: "preview" | "up",
  options: RunOptions,
  { variables = {}, names }: RunExtras = {},
): Promise<Ran> {
  const { signal, parallel, interruptsThemselves = false } = options;
  if (signal?.aborted) return { facts: engineFacts([]), problem: CANCELLED };
  const redact = redactorFor(stack);
  const events: EngineEvent[] = [];
  const emit = listenerOf(options);
  const deviceEvents = deviceEventReader(redact, names);
  const onEvent = (event: EngineEvent): void => {
    events.push(event);
    if (options.onEvent === undefined) return;
    for (const one of deviceEvents(event)) emit({ stack: stack.name, phase, ...one });
    const shown = pipelineEvent(stack.name, phase, event, redact);
    if (shown !== undefined) emit(shown);
  };
  const settings = {
    // What runs in Losant decides, not the saved state.
    refresh: true,
    // With the program, the refresh has the settings of now. Without it, Pulumi takes the token of the last `pulumi up`
    // from the state, and a new token would fail the nightly job.
    runProgram: true,
    onEvent,
    userAgent: "pulumi-losant",
    ...(parallel === undefined ? {} : { parallel }),
    ...(signal === undefined || interruptsThemselves ? {} : { signal }),
  };
  emit({ stack: stack.name, phase, type: "phase", status: "started" });
  try {
    const run = withVariables(stack, variables);
    await (phase === "preview" ? run.preview(settings) : run.up(settings));
    return { facts: engineFacts(events), problem: undefined };
  } catch (error) {
    const facts = engineFacts(events);
    const redaction = redactionOfText(facts);
    const clean: Redact = (text) => redact(redaction(text));
    return { facts, problem: signal?.aborted ? CANCELLED : runFailureOf(error, stack.name, clean, facts) };
  } finally {
    emit({ stack: stack.name, phase, type: "phase", status: "ended" });
  }
}

/** The same stack with more variables: other stacks may use its workspace at this moment. */
function withVariables(stack: Stack, variables: Readonly<Record<string, string>>): Stack {
  if (Object.keys(variables).length === 0) return stack;
  const envVars = { ...stack.workspace.envVars, ...variables };
  const workspace: unknown = Object.create(stack.workspace, { envVars: { value: envVars } });
  return Object.create(stack, { workspace: { value: workspace } }) as Stack;
}

/** The saved state of the stack. `stack.exportStack()` would decrypt every secret. */
export async function exportedState({ name, workspace }: Stack): Promise<string> {
  const { pulumiCommand, workDir, envVars, pulumiHome } = workspace;
  const home = pulumiHome === undefined ? {} : { PULUMI_HOME: pulumiHome };
  const { stdout } = await promisify(execFile)(
    pulumiCommand.command,
    ["stack", "export", "--stack", name, "--non-interactive"],
    // The state of a large fleet is megabytes.
    { cwd: workDir, env: { ...process.env, ...home, ...envVars }, maxBuffer: 2 ** 30 },
  );
  return stdout;
}

export function redactorFor(stack: Stack): Redact {
  return redactor(process.env, stack.workspace.envVars);
}

/** Starts a timer. The function that it returns gives the first fields of a result. */
export function stopwatch(): () => {
  schema: "pulumi-losant/pipeline";
  version: 1;
  startedAt: string;
  durationSeconds: number;
} {
  const started = Date.now();
  return () => ({
    schema: "pulumi-losant/pipeline",
    version: 1,
    startedAt: new Date(started).toISOString(),
    durationSeconds: Math.round((Date.now() - started) / 100) / 10,
  });
}
