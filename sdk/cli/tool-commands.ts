/** Commands for a start and for trouble: simulator, init, doctor. Each loads its code only when it runs. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { count } from "./durations.js";

interface SimulatorCommand {
  readonly port: number;
  readonly json?: boolean;
  readonly fleet?: string;
  readonly pulumi: string;
}

interface InitCommand {
  readonly language: "typescript" | "javascript";
  readonly name?: string;
  readonly application?: string;
}

export function addToolCommands(program: Command, exit: (code: number) => void): void {
  program
    .command("simulator")
    .description("A local Losant to try things on, until Ctrl-C.")
    .addOption(new Option("--port <number>", "0 for any free port").argParser(port).default(4680))
    .option("--fleet <file>", "a fleet of your own, as JSON (default: the demo fleet)")
    .option("--json", "one line of JSON (url, tokens, ids) and nothing else, for scripts")
    .addOption(new Option("--pulumi <command>", "how Pulumi is started").default("pulumi").hideHelp())
    .addHelpText("after", "\nExample:\n  npx pulumi-losant simulator --port 0 --fleet plant.json")
    .action(async (options: SimulatorCommand) => {
      const { serve } = await import("./local-losant/serve.js");
      await serve(options);
      exit(0);
    });

  program
    .command("init [folder]")
    .description("Makes a Pulumi program for edge deployments in a new folder.")
    .addOption(
      new Option("--language <name>", "of the program").choices(["typescript", "javascript"]).default("typescript"),
    )
    .option("--name <project>", "the project's name (default: the folder's)")
    .option("--application <id>", "an application of your own (default: the local Losant)")
    .addHelpText("after", "\nExample:\n  npx pulumi-losant init plant")
    .action(async (folder: string | undefined, options: InitCommand) => {
      const { init } = await import("./init.js");
      process.stdout.write(init({ ...options, folder: folder ?? "." }));
      exit(0);
    });

  program
    .command("doctor")
    .description(
      "Looks at what a deployment needs: Node, the Pulumi CLI, the address, the clock, the token and its scopes.",
    )
    .option("--application <id>", "the application (default: LOSANT_APPLICATION_ID)")
    .addHelpText(
      "after",
      "\nReads LOSANT_API_TOKEN and LOSANT_API_URL. Makes reading calls only.\nExit codes: 0 nothing is wrong, 1 something is.",
    )
    .action(async (options: { readonly application?: string }) => {
      const { doctor } = await import("./doctor.js");
      exit((await doctor(options, (line) => process.stdout.write(`${line}\n`))) ? 0 : 1);
    });
}

function port(text: string): number {
  const number = count(0)(text);
  if (number > 65_535) throw new InvalidArgumentError("Give a number from 0 to 65535.");
  return number;
}
