/**
 * A stack that has its secrets already. The real CLI makes one for each set of secrets, once a run of the tests, and other
 * projects get copies: a passphrase is slow on purpose, and making a stack costs a project almost a second.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

type Texts = Readonly<Record<string, string>>;

export interface StackPlace {
  /** The program's folder, with the settings of the stack. */
  readonly dir: string;
  readonly backend: string;
  /** Tells programs of different names apart: a stack lies under the name of its project. */
  readonly program: string;
}

const SETTINGS = "Pulumi.dev.yaml";
const BACKEND = ".pulumi";

/**
 * Gives a project its stack, `dev`.
 *
 * @param make - makes a stack with these secrets and no other settings, by the real CLI
 */
export async function provideStack(
  { dir, backend, program }: StackPlace,
  { config = {}, secrets = {} }: { readonly config?: Texts; readonly secrets?: Texts },
  make: () => Promise<void>,
): Promise<void> {
  // The folder of this run: it is thrown away at its end.
  const run = process.env["NODE_COMPILE_CACHE"];
  const key = createHash("sha256")
    .update(JSON.stringify([program, secrets]))
    .digest("hex");
  const template = run === undefined ? undefined : join(run, "stacks", key);
  if (template !== undefined && existsSync(template)) {
    cpSync(join(template, SETTINGS), join(dir, SETTINGS));
    cpSync(join(template, BACKEND), join(backend, BACKEND), { recursive: true });
  } else {
    await make();
    if (template !== undefined) keep({ dir, backend }, template);
  }
  writeSettings(join(dir, SETTINGS), config);
}

function keep({ dir, backend }: Pick<StackPlace, "dir" | "backend">, template: string): void {
  mkdirSync(join(template, ".."), { recursive: true });
  const draft = mkdtempSync(`${template}.`);
  cpSync(join(dir, SETTINGS), join(draft, SETTINGS));
  cpSync(join(backend, BACKEND), join(draft, BACKEND), { recursive: true });
  try {
    renameSync(draft, template);
  } catch {
    // Another worker was first.
  }
}

/** What is no secret is written into the file, as people do. */
function writeSettings(path: string, config: Texts): void {
  const settings = parse(readFileSync(path, "utf8")) as { readonly config?: object };
  writeFileSync(path, stringify({ ...settings, config: { ...settings.config, ...config } }));
}
