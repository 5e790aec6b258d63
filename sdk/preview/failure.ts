/** What fails a preview: the program declares something that does not exist, or a state that cannot be understood. */
import * as pulumi from "@pulumi/pulumi";
import { isInline } from "../program/program-end.js";

export class PreviewFailure extends Error {
  override readonly name = "PreviewFailure";
  /** Inputs whose values the message shows. */
  readonly shows: readonly string[];

  constructor(message: string, shows: readonly string[] = []) {
    super(message);
    this.shows = shows;
  }
}

/** How a Node program tells Pulumi that it has failed and that the reason is logged (`cmd/run` of Pulumi's SDK). */
const FAILED_WITH_REASON = 32;

/** Shows the sentence as an error of the resource, without a stack, and makes the preview fail. */
export function failPreview(message: string, resource: pulumi.Resource): void {
  void pulumi.log.error(message, resource);
  // A logged error fails an inline program of the Automation API by itself; one that the CLI runs, only its exit code.
  if (!isInline()) process.exitCode ||= FAILED_WITH_REASON;
}
