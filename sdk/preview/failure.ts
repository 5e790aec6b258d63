/** How a preview fails: with a sentence as an error of the resource. */
import { visibleLines } from "../../provider/text/visible-text.js";
import * as pulumi from "@pulumi/pulumi";
import { isInline } from "../program/program-end.js";

/** How a Node program tells Pulumi that it has failed and that the reason is logged (`cmd/run` of Pulumi's SDK). */
const FAILED_WITH_REASON = 32;

/** Shows the sentence as an error of the resource, without a stack, and makes the preview fail. */
export function failPreview(message: string, resource: pulumi.Resource): void {
  void pulumi.log.error(visibleLines(message), resource);
  // A logged error alone fails an inline program of the Automation API. A program that the CLI runs needs an exit code.
  if (!isInline()) process.exitCode ||= FAILED_WITH_REASON;
}
