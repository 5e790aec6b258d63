/**
 * Gets the Pulumi CLI where it is missing, into $PULUMI_HOME/versions/<version>/bin: the place of Pulumi's npm package and
 * of its Automation API, so that each finds what another has got. First by Pulumi's official installer, through the npm
 * package `pulumi`; then by a build with Go (`scripts/offline/`).
 */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { OLDEST_GO, buildWithGo } from "../offline/build-cli.mjs";
import { attempt } from "./attempt.mjs";
import { Problem } from "./main.mjs";
import { nodeBinary } from "./packages.mjs";
import { cliPlace, cliVersion, modulesDir } from "./paths.mjs";
import { CLI, LANGUAGE_HOST, OLDEST_CLI, findCli, inPlace, isExecutable } from "./pulumi-cli.mjs";
import { lastLines, runQuietly } from "./run.mjs";

const INSTALLER_MS = 5 * 60_000;

/** The CLI, got if it is not there. @returns {Promise<import("./pulumi-cli.mjs").Cli>} */
export async function ensureCli(env = process.env) {
  const found = findCli(env);
  if (found) return found;
  const place = cliPlace(env);
  const versions = dirname(dirname(place));
  try {
    mkdirSync(versions, { recursive: true });
  } catch (error) {
    throw new Problem(`The Pulumi CLI belongs into ${place}: ${error.message}.\nSet PULUMI_HOME to a folder you own.`);
  }
  return withLock(
    join(versions, `.${cliVersion}.lock`),
    async () => {
      if (!inPlace(place)) await fill(place, versions, env);
      return inPlace(place);
    },
    sayWaiting,
  );
}

function sayWaiting() {
  process.stderr.write("Waiting for another process that is getting the Pulumi CLI ...\n");
}

/** Everything is made in a folder of its own beside the place and moved in whole: no half CLI, ever. */
async function fill(place, versions, env) {
  const staged = `.${cliVersion}-`;
  for (const name of readdirSync(versions)) {
    // Of a run that was killed.
    if (name.startsWith(staged)) rmSync(join(versions, name), { recursive: true, force: true });
  }
  const staging = mkdtempSync(join(versions, staged));
  try {
    process.stderr.write(`The Pulumi CLI ${cliVersion} is not there yet; it goes into ${place}.\n`);
    const failures = [];
    for (const get of [byInstaller, buildWithGo]) {
      const { bin, failure } = await get(staging, env);
      if (bin) {
        moveIn(bin, place);
        return;
      }
      failures.push(failure);
      process.stderr.write(`  ${failure}\n`);
    }
    throw new Problem(howToGetIt(place, failures));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function byInstaller(staging, env) {
  const script = join(modulesDir, "pulumi", "run.js");
  const home = join(staging, "home");
  const result = await attempt("Trying Pulumi's installer", () =>
    runQuietly(nodeBinary(), [script, "version"], {
      env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: cliVersion, NODE_USE_ENV_PROXY: "1" },
      timeoutMs: INSTALLER_MS,
    }),
  );
  const bin = join(home, "versions", cliVersion, "bin");
  if (result.code === 0 && isExecutable(join(bin, LANGUAGE_HOST))) return { bin };
  const why = result.timedOut ? "no end after 5 minutes" : lastLines(result.output, 1);
  return { failure: `Pulumi's installer: ${why || `exit code ${result.code}`}` };
}

/** Each file replaces its forerunner whole; the CLI comes last, because its being there says that all is. */
function moveIn(bin, place) {
  mkdirSync(place, { recursive: true });
  const names = readdirSync(bin).filter((name) => name !== CLI);
  for (const name of [...names, CLI]) renameSync(join(bin, name), join(place, name));
}

function howToGetIt(place, failures) {
  return [
    "The Pulumi CLI could not be got:",
    ...failures.map((failure) => `  - ${failure}`),
    "",
    "Any one of these helps, then run the command again:",
    `  - install Pulumi ${OLDEST_CLI} or newer in the usual way, so that \`pulumi version\` works (its language host comes with it)`,
    `  - copy the files of a Pulumi ${cliVersion} release into ${place}`,
    `  - install Go ${OLDEST_GO} or newer: the CLI is then built from Pulumi's Go modules (about 5 minutes, once)`,
    "  - behind a proxy: set HTTPS_PROXY, and GOPROXY for Go",
  ].join("\n");
}
