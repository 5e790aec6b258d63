import type { PipelineEvent } from "../engine/pipeline-events.js";

export interface RunOptions {
  /**
   * Ends the run: running calls finish and are saved, no new one starts, and the lock is released. The next run continues
   * from there.
   */
  readonly signal?: AbortSignal;
  /**
   * Told what happens, while it happens: see {@link PipelineEvent}. It is not waited for. What it throws changes nothing of
   * the run: it is a warning of the process (`process.on("warning")`), once for each function.
   */
  readonly onEvent?: (event: PipelineEvent) => void;
  /** How many resources Pulumi handles at once. @default Pulumi's own */
  readonly parallel?: number;
  /** The clock of the change windows, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * The CLI gets Ctrl-C itself (in a terminal). A second signal would make it stop at once.
   * @internal
   */
  readonly interruptsThemselves?: boolean;
}
