/** The caller's `onEvent`. What it throws is a bug of a display, and must not end a deployment half-way. */
import type { PipelineEvent } from "../engine/pipeline-events.js";
import type { RunOptions } from "./run-options.js";

/** Handlers that were warned of: once each, since a handler that throws will throw at every event. */
const warned = new WeakSet<object>();

/** @returns never throws, and neither does a promise of an async handler */
export function listenerOf({ onEvent }: Pick<RunOptions, "onEvent">): (event: PipelineEvent) => void {
  if (onEvent === undefined) return () => {};
  const failed = (error: unknown): void => {
    if (warned.has(onEvent)) return;
    warned.add(onEvent);
    const what = error instanceof Error ? error.message : String(error);
    process.emitWarning(`onEvent threw: ${what}. The run goes on, and further errors of it are not shown.`, {
      type: "PulumiLosantWarning",
    });
  };
  return (event) => {
    try {
      // An async function can stand here, whatever the type says.
      Promise.resolve(onEvent(event) as unknown).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
