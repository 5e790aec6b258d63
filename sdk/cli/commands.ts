/** The commands and options of `pulumi-losant`. */
import { Command, Option } from "commander";
import { packageVersion } from "../../provider/losant/version.js";
import { noFailures } from "../pipeline/run/hold.js";
import { deployAll, detectDriftAll } from "../pipeline/run/multi-stack.js";
import { promote } from "../pipeline/run/promote.js";
import { adopt } from "./adopt.js";
import type { AdoptOptions } from "./adopt.js";
import { count, seconds } from "./durations.js";
import { gatesOf, withGates } from "./gate-options.js";
import type { GateOptions } from "./gate-options.js";
import { withNotify } from "./notify-options.js";
import { one, planFile, planned } from "./plan.js";
import { checkTarget } from "./output.js";
import { reported } from "./reported.js";
import type { StackOptions } from "./reported.js";
import { installPlugin, pluginFolder } from "./plugin.js";
import { status } from "./status.js";
import type { StatusOptions } from "./status.js";
import { addTellCommands } from "./tell-commands.js";
import { addToolCommands } from "./tool-commands.js";

const EXIT_CODES = `
Exit codes: 0 clean or done, 2 drift, 3 refused (nothing moved), 4 devices failed, 5 paused (waits for its window), 1 anything else.`;

interface PlanCommandOptions extends StackOptions, GateOptions {
  readonly out?: string;
}

interface DeployCommandOptions extends StackOptions, GateOptions {
  readonly plan?: string;
}

interface PromoteCommandOptions extends StackOptions, GateOptions {
  readonly hold?: number;
}

/** @param exit - gets the exit code when a command ends */
export function commandLine(exit: (code: number) => void): Command {
  const program = new Command("pulumi-losant")
    .description(
      "Losant edge deployments: a first program, drift, deployments with gates, promotions, the status of a fleet.",
    )
    .version(packageVersion, "--version", "the version of this package")
    .showHelpAfterError("(--help shows all commands and options)")
    .configureHelp({ showGlobalOptions: true });

  onStacks(program.command("drift"), "Is every device where the last `pulumi up` wanted it? Changes nothing.")
    .addOption(concurrency())
    .addHelpText(
      "after",
      examples("drift --stack production", 'drift --stack graz --stack linz --markdown "$GITHUB_STEP_SUMMARY"'),
    )
    .action(async (options: StackOptions) =>
      exit(
        await reported("drift", options, async (stacks, run) =>
          detectDriftAll(stacks, { ...run, ...limited(options) }),
        ),
      ),
    );

  withGates(
    onStacks(
      program.command("plan"),
      "What `deploy` would do, as a page to approve and a file to hold it to. Changes nothing.",
    ),
  )
    .option("--out <file>", "the plan as a file, for deploy --plan")
    .addHelpText("after", examples("plan --stack production --out plan.json --markdown plan.md"))
    .action(async (options: PlanCommandOptions) => {
      checkTarget("--out", options.out);
      exit(await reported("plan", options, async (stacks, run) => planned(one(stacks, "plan"), options, run)));
    });

  withGates(
    onStacks(
      program.command("deploy"),
      "Runs a preview, checks the gates, then runs `pulumi up`. Several stacks run side by side.",
    ),
  )
    .addOption(concurrency())
    .option("--plan <file>", "do exactly what this plan says, or nothing; of one stack")
    .addHelpText(
      "after",
      examples(
        "deploy --stack production --max-devices 50",
        "deploy --stack production --plan plan.json",
        "deploy --stack graz --stack linz --json report.json",
      ),
    )
    .action(async (options: DeployCommandOptions) => {
      const approved = options.plan === undefined ? {} : { approved: planFile(options.plan) };
      const gates = { ...gatesOf(options), ...approved };
      exit(
        await reported("deploy", options, async (stacks, run) => {
          if (options.plan !== undefined) one(stacks, "deploy --plan");
          return deployAll(stacks, gates, { ...run, ...limited(options) });
        }),
      );
    });

  withGates(onStacks(program.command("promote"), "Deploys stacks in the given order. Stops at the first failure."))
    .addOption(
      new Option(
        "--hold <time>",
        "wait after each stage but the last; a device that fails meanwhile stops the promotion: 90s, 10m, 2h",
      ).argParser(seconds),
    )
    .addHelpText("after", examples("promote --stack staging --stack production --hold 10m"))
    .action(async (options: PromoteCommandOptions) =>
      exit(
        await reported("promote", options, async (stacks, run) =>
          promote(stacks, {
            ...run,
            gates: gatesOf(options),
            ...(options.hold === undefined ? {} : { between: { holdSeconds: options.hold, check: noFailures() } }),
          }),
        ),
      ),
    );

  program
    .command("status")
    .description("What runs where: each workflow on each device, since when and by whom. Changes nothing.")
    .option("--stack <name>", "a stack: shows owners and drift, and has the settings; give it again for more", each)
    .option("--cwd <folder>", "the folder of the program", ".")
    .option("--application <id>", "an application; give it again for more (default: those of the stacks)", each)
    .option("--flow <id>", "only this edge workflow")
    .option("--all", "every row of the table, not the first 40")
    .option("--json [file]", "as JSON, to a file or to stdout")
    .option("--html <file>", "as one page that needs no network; - for stdout")
    .addHelpText(
      "after",
      "\nWithout a stack it reads the token from LOSANT_API_TOKEN.\n\nExamples:\n" +
        "  npx pulumi-losant status --application 575ec8687ae143cd83dc4a97\n" +
        "  npx pulumi-losant status --stack production --html status.html",
    )
    .action(async (options: StatusOptions) => {
      await status(options);
      exit(0);
    });

  program
    .command("adopt")
    .description(
      "Writes a program and a file for `pulumi import` for the fleet that Losant has. Changes nothing in Losant.",
    )
    .option("--application <id>", "the application (default: LOSANT_APPLICATION_ID)")
    .option("--flow <id>", "only this edge workflow")
    .option("--out <folder>", "the folder for the files", ".")
    .option("--force", "overwrite existing files")
    .addHelpText(
      "after",
      "\nReads the token from LOSANT_API_TOKEN.\n\nExample:\n  npx pulumi-losant adopt --application 575ec8687ae143cd83dc4a97",
    )
    .action(async (options: AdoptOptions) => {
      process.stdout.write(await adopt(options));
      exit(0);
    });

  const plugin = program
    .command("plugin")
    .description("The native plugin, for Pulumi programs in YAML, Python, Go and other languages.");
  plugin
    .command("install")
    .description("Copies it into Pulumi's own folder on this machine. Downloads nothing.")
    .addHelpText("after", "\nExample:\n  npx pulumi-losant plugin install")
    .action(() => exit(installPlugin()));
  plugin
    .command("path")
    .description("Prints its folder, for `plugins: providers: - {name: losant, path: ...}` in Pulumi.yaml.")
    .action(() => {
      process.stdout.write(`${pluginFolder()}\n`);
      exit(0);
    });
  addTellCommands(program, exit);
  addToolCommands(program, exit);
  return program;
}

function onStacks(command: Command, description: string): Command {
  return withNotify(withReports(command.description(description)));
}

function withReports(command: Command): Command {
  return command
    .option("--stack <name>", "a stack; repeat for more", each)
    .option("--cwd <folder>", "the folder of the program", ".")
    .option("--json [file]", "the report as JSON, to a file or to stdout")
    .option(
      "--markdown [file]",
      "the report as Markdown, to a file or to stdout (default: to stdout, unless that is a terminal)",
    )
    .option(
      "--comment <file>",
      "the report for a comment or an issue: at most 65,000 bytes, with a marker to find it again; - for stdout",
    )
    .option("--html <file>", "what runs where after it, as one page that needs no network");
}

/** An option that may be given several times. */
function each(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function concurrency(): Option {
  return new Option("--concurrency <number>", "how many stacks at once").argParser(count(1)).default(4);
}

function limited({ concurrency: most }: StackOptions): { readonly concurrency?: number } {
  return most === undefined ? {} : { concurrency: most };
}

function examples(...lines: readonly string[]): string {
  const list = lines.map((line) => `  npx pulumi-losant ${line}`).join("\n");
  return `\nExample${lines.length > 1 ? "s" : ""}:\n${list}\n${EXIT_CODES}`;
}
