/** The stacks on the command line. */
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { runFailureOf } from "../pipeline/run/run-failure.js";
import { PipelineError } from "../pipeline/report/pipeline-error.js";
import { redactor } from "../pipeline/report/token-redactor.js";

/** @throws PipelineError that says what is missing: the CLI, the project, the stack */
export async function selectStacks(names: readonly string[], workDir: string): Promise<Stack[]> {
  const stacks: Stack[] = [];
  // One after the other: each call writes the selected stack to a file.
  for (const stackName of new Set(names)) {
    try {
      stacks.push(await LocalWorkspace.selectStack({ stackName, workDir }));
    } catch (error) {
      throw new PipelineError(runFailureOf(error, stackName, redactor(process.env)));
    }
  }
  return stacks;
}
