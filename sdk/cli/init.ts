/** `pulumi-losant init`: a program from one of the package's templates. `pulumi new` takes the same folders. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { isLosantId } from "../../provider/losant/ids.js";
import { quoteValue } from "../../provider/words.js";
import { UsageError } from "./usage-error.js";

export interface InitOptions {
  readonly folder: string;
  readonly language: "typescript" | "javascript";
  readonly name?: string;
  /** The id of an application of the user's own. @default the local Losant */
  readonly application?: string;
  /** A folder of this package. @default where this code lies */
  readonly from?: string;
}

/** What `pulumi new` fills in too. */
const FILLED = ["Pulumi.yaml", "package.json"];
const DESCRIPTION = "Losant edge deployments";

/** @returns what to show */
export function init({
  folder,
  language,
  name = basename(resolve(folder)),
  application,
  from = __dirname,
}: InitOptions): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) {
    throw new UsageError(
      `${quoteValue(name)} is no name for a project: letters, digits, - _ and . are possible. Give one with --name`,
    );
  }
  if (application !== undefined && !isLosantId(application)) {
    throw new UsageError(
      `--application ${quoteValue(application)} is not a Losant id, which has 24 hexadecimal digits; open the application in Losant: the id is in its address`,
    );
  }
  const there = existsSync(folder) ? readdirSync(folder).filter((entry) => !entry.startsWith(".")) : [];
  if (there.length > 0) {
    throw new UsageError(`${resolve(folder)} has files already (${there[0]}): give a new folder, or move them away`);
  }
  mkdirSync(folder, { recursive: true });
  cpSync(join(packageFolder(from), "templates", language), folder, { recursive: true });
  for (const file of FILLED) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    const filled = text.replaceAll("${PROJECT}", name.toLowerCase()).replaceAll("${DESCRIPTION}", DESCRIPTION);
    // What `pulumi new` asks for is no part of a project.
    writeFileSync(path, filled.replace(/^template:\n(?: .*\n)*/m, ""));
  }
  if (application !== undefined) {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), `config:\n  losant:applicationId: ${application.toLowerCase()}\n`);
  }
  const place = relative(".", resolve(folder));
  return [
    `Wrote ${readdirSync(folder).toSorted().join(", ")}${place === "" ? "" : ` into ${place}`}. Next:`,
    ...(place === "" ? [] : [`  cd ${place}`]),
    "  npm install",
    "  pulumi stack init dev",
    ...(application === undefined ? WITH_SIMULATOR : WITH_APPLICATION),
    "",
  ].join("\n");
}

const WITH_SIMULATOR = [
  "In a second terminal, a local Losant to try it on:",
  "  npx pulumi-losant simulator",
  "It prints the settings for Pulumi: LOSANT_API_URL=... LOSANT_API_TOKEN=... LOSANT_APPLICATION_ID=... pulumi preview",
  "With your own application, start with: npx pulumi-losant init --application <id>",
];

const WITH_APPLICATION = [
  "  pulumi config set --secret losant:apiToken <an application API token>",
  "  pulumi config set workflow <name>    of the edge workflow to deploy",
  "  pulumi config set version <version>  of that workflow",
  "The devices are those with the tag ring=canary: change that in the program. Then:",
  "  npx pulumi-losant doctor   (with LOSANT_API_TOKEN and LOSANT_APPLICATION_ID set: says what is missing)",
  "  pulumi preview",
];

/** The folder with the package's manifest: this code runs from `dist/`, wherever it lies there. */
function packageFolder(from: string): string {
  const isOurs = existsSync(join(from, "templates")) && existsSync(join(from, "package.json"));
  const above = resolve(from, "..");
  if (isOurs) return from;
  if (above === from) throw new Error("the templates of pulumi-losant are not where the package is");
  return packageFolder(above);
}
