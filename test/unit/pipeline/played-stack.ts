/** A stack of the Automation API whose runs are played from engine events: what the CLI would do is another test's. */
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";

type Played = readonly EngineEvent[] | Error;

interface Runs {
  readonly name?: string;
  /** An error: the run fails with it. */
  readonly preview?: Played;
  readonly up?: Played;
  /** Tells of each run. */
  readonly onRun?: (phase: "preview" | "up") => Promise<void>;
}

export function playedStack({ name = "dev", preview = [], up = [], onRun }: Runs): Stack {
  const run =
    (phase: "preview" | "up", events: Played) =>
    async ({ onEvent }: { onEvent: (event: EngineEvent) => void }): Promise<void> => {
      await onRun?.(phase);
      if (events instanceof Error) throw events;
      for (const event of events) onEvent(event);
    };
  const workspace = { envVars: {}, workDir: ".", pulumiCommand: { command: "no-such-command" } };
  return { name, workspace, preview: run("preview", preview), up: run("up", up) } as unknown as Stack;
}
