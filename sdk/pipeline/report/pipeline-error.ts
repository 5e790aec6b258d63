import type { Problem } from "./results.js";

/** What the functions of this module throw where there is no result to put a problem into. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: Problem["code"];

  constructor({ code, message }: Problem) {
    super(message);
    this.code = code;
    // A person is helped by the sentence; and a stack of the Automation API's would quote the whole command.
    Object.defineProperty(this, "stack", { configurable: true, value: `PipelineError: ${message}` });
  }
}
