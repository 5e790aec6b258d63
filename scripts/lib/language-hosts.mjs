/**
 * Language hosts for programs that are neither JavaScript nor TypeScript. Pulumi's installer brings all of them. Where the
 * CLI was built with Go instead, a host is built when the first test needs it, and lies beside the CLI from then on.
 */
import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { HOSTS, buildHost } from "../offline/build-cli.mjs";
import { withLock } from "./lock.mjs";
import { cliPlace } from "./paths.mjs";
import { findCli, isExecutable } from "./pulumi-cli.mjs";

/**
 * @param {keyof typeof HOSTS} language
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ missing?: string }>} why there is no host; empty where there is one
 */
export async function ensureLanguageHost(language, env = process.env) {
  const cli = findCli(env);
  if (cli === undefined) return { missing: "there is no Pulumi CLI" };
  if (placesOf(env).some((dir) => isWhole(language, dir))) return {};
  // A folder that Pulumi's installer, or a person, has filled stays as it is.
  if (cli.dir !== cliPlace(env)) return { missing: `${HOSTS[language].what} is neither in ${cli.dir} nor on PATH` };
  return withLock(join(cli.dir, `.${HOSTS[language].output}.lock`), async () =>
    isWhole(language, cli.dir) ? {} : { missing: await fill(language, cli.dir, env) },
  );
}

/** Is Pulumi's host for Java there? Its Go module is not served by every proxy, so none is built. */
export function hasJavaHost(env = process.env) {
  const name = `pulumi-language-java${process.platform === "win32" ? ".exe" : ""}`;
  return placesOf(env).some((dir) => isExecutable(join(dir, name)));
}

function placesOf(env) {
  const cli = findCli(env);
  return [...(cli ? [cli.dir] : []), ...(env.PATH ?? "").split(delimiter).filter(Boolean)];
}

function isWhole(language, dir) {
  const { output, script } = HOSTS[language];
  return [output, script].filter(Boolean).every((name) => isExecutable(join(dir, name)));
}

/** The binary comes last, because its being there says that all is. */
async function fill(language, dir, env) {
  const staging = mkdtempSync(join(dirname(dir), ".host-"));
  try {
    const failure = await buildHost(language, staging, env);
    if (failure !== undefined) return failure;
    const { output } = HOSTS[language];
    for (const name of readdirSync(staging).toSorted((one) => (one === output ? 1 : -1))) {
      renameSync(join(staging, name), join(dir, name));
    }
    return undefined;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
