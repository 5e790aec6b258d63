import type { Problem } from "./results.js";

/** Thrown where there is no result that could hold the problem. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: Problem["code"];

  constructor({ code, message }: Problem) {
    super(message);
    this.code = code;
    // The sentence helps; a stack of the Automation API would print the whole command.
    Object.defineProperty(this, "stack", { configurable: true, value: `PipelineError: ${message}` });
  }
}
