import type { PipelineEvent } from "../engine/pipeline-events.js";

export interface RunOptions {
  /**
   * Ends the run: what Losant has been asked already is let finish and is saved, nothing new is begun, the lock is
   * released. The next run goes on from there.
   */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: PipelineEvent) => void;
  /** How many resources Pulumi works on at once. @default Pulumi's own */
  readonly parallel?: number;
  /**
   * The CLI hears of Ctrl-C by itself (it does in a terminal), and a second signal would make it stop at once.
   * @internal
   */
  readonly interruptsThemselves?: boolean;
}
