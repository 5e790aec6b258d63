/** Commands for a rollout that runs elsewhere: stop, pause, resume. */
import type { Command } from "commander";
import type { InstructionCommand } from "../../provider/decision/instruction.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";

const COMMANDS: Readonly<Record<InstructionCommand, string>> = {
  stop: "Ends the rollout that runs on a stack before its next batch, as Ctrl-C does in its own terminal.",
  pause: "Holds the rollout that runs on a stack before its next batch.",
  resume: "Lets a paused rollout go on.",
};

export function addTellCommands(program: Command, exit: (code: number) => void): void {
  for (const [command, description] of Object.entries(COMMANDS) as [InstructionCommand, string][]) {
    program
      .command(command)
      .description(description)
      .option("--stack <name>", "the stack, as `pulumi up` of it was called")
      .option("--cwd <folder>", "the folder of the program", ".")
      .addHelpText(
        "after",
        "\nIt writes a tag of the stack, which the rollout reads before each batch.\n" +
          "Exit codes: 0 told, 1 no rollout is under way, or anything else.\n" +
          `\nExample:\n  npx pulumi-losant ${command} --stack production`,
      )
      .action(async ({ stack, cwd }: { readonly stack?: string; readonly cwd: string }) => {
        // Checked here: the parser would report a missing --stack before a mistyped --stak.
        if (stack === undefined)
          throw new UsageError("which stack? For example --stack production (--help shows more)");
        const { code, text } = await tell({ command, stack }, cwd);
        (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
        exit(code);
      });
  }
}
