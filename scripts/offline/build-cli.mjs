/**
 * Builds the Pulumi CLI and its Node.js language host from Pulumi's Go modules. Only for networks that reach a Go module
 * proxy and not Pulumi's installer; `scripts/lib/pulumi-install.mjs` asks for it where the installer fails.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { attempt } from "../lib/attempt.mjs";
import { cliVersion, root } from "../lib/paths.mjs";
import { CLI, LANGUAGE_HOST, isAtLeast } from "../lib/pulumi-cli.mjs";
import { lastLines, runQuietly } from "../lib/run.mjs";

export const OLDEST_GO = "1.25.11";

const exe = process.platform === "win32" ? ".exe" : "";

/** @returns {Promise<{ bin?: string, failure?: string }>} the folder with the binaries, or why there is none */
export async function buildWithGo(staging, env) {
  const go = { ...env, CGO_ENABLED: "0", GOWORK: "off" };
  const problem = goProblem(go);
  if (problem) return { failure: `A build with Go: ${problem}` };

  process.stderr.write("So it is built from Pulumi's Go modules: 4 to 5 minutes the first time, seconds later.\n");
  const bin = join(staging, "bin");
  for (const one of GO_BUILDS) {
    const failure = await buildOne(one, bin, go);
    if (failure) return { failure };
  }
  return { bin };
}

/**
 * Builds a language host that Pulumi's installer brings and the two modules above do not: for tests of other languages.
 *
 * @param {keyof typeof HOSTS} language
 * @param {string} bin - where the binary goes
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why there is none
 */
export async function buildHost(language, bin, env) {
  const go = { ...env, CGO_ENABLED: "0", GOWORK: "off" };
  const host = HOSTS[language];
  const problem = goProblem(go);
  const failure = problem ? `A build with Go: ${problem}` : await buildOne(host, bin, go);
  if (failure || host.script === undefined) return failure;
  const cwd = join(root, "scripts", "offline", host.folder);
  const { stdout } = await runQuietly("go", ["list", "-f", "{{.Dir}}", host.packagePath], { cwd, env: go });
  const script = join(bin, host.script);
  copyFileSync(join(dirname(stdout.trim()), host.script), script);
  chmodSync(script, 0o755);
  return undefined;
}

/**
 * Generates an SDK of the native plugin; Go keeps what it compiles.
 *
 * @param {readonly string[]} args - language, schema file, folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it failed
 */
export async function generateWithGo(args, env) {
  const go = { ...env, CGO_ENABLED: "0", GOWORK: "off" };
  const problem = goProblem(go);
  if (problem) return `A build with Go: ${problem}`;
  const cwd = join(root, "scripts", "offline", "sdk-generator");
  const { code, output } = await attempt("Generating an SDK with Go", () =>
    runQuietly("go", ["run", "-trimpath", ".", ...args], { cwd, env: go }),
  );
  return code === 0 ? undefined : `The generator of SDKs: ${lastLines(output, 3)}`;
}

/** @returns {Promise<string | undefined>} why it failed */
async function buildOne({ what, folder, packagePath, flags, output }, bin, env) {
  const cwd = join(root, "scripts", "offline", folder);
  // Not `go mod download`: it downloads every module of the graph, also unused ones.
  const list = await attempt(`Downloading Go modules of ${what}`, () =>
    runQuietly("go", ["list", "-deps", packagePath], { cwd, env }),
  );
  if (list.code !== 0) return `The Go modules: ${lastLines(list.output, 3)}`;

  let packages = 0;
  const args = ["build", "-v", "-trimpath", "-ldflags", flags, "-o", join(bin, output), packagePath];
  const build = await attempt(`Compiling ${what}`, (detail) =>
    runQuietly("go", args, { cwd, env, onLine: () => detail(`${(packages += 1)} packages`) }),
  );
  return build.code === 0 ? undefined : `The build with Go: ${lastLines(build.output, 3)}`;
}

const GO_BUILDS = [
  {
    what: "the Pulumi CLI",
    folder: "cli",
    packagePath: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${cliVersion}`,
    output: CLI,
  },
  {
    what: "its Node.js language host",
    folder: "language-host",
    packagePath: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: "-s -w",
    output: LANGUAGE_HOST,
  },
];

export const HOSTS = {
  yaml: {
    what: "Pulumi's YAML language host",
    folder: "yaml-host",
    packagePath: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    flags: "-s -w",
    output: `pulumi-language-yaml${exe}`,
  },
  python: {
    what: "Pulumi's Python language host",
    folder: "language-host",
    packagePath: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    flags: "-s -w",
    output: `pulumi-language-python${exe}`,
    // A script of the module's folder that the host starts, and that has to lie beside it.
    script: "pulumi-language-python-exec",
  },
  go: {
    what: "Pulumi's Go language host",
    folder: "go-host",
    packagePath: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
    flags: "-s -w",
    output: `pulumi-language-go${exe}`,
  },
};

function goProblem(env) {
  const answer = spawnSync("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { env, encoding: "utf8", cwd: root });
  if (answer.error || answer.status !== 0) return "there is no `go` on PATH";
  const [version = "", toolchain = ""] = answer.stdout.trim().split("\n");
  const number = version.replace(/^go/, "");
  // From 1.21 on, Go gets the toolchain a module asks for, unless told to stay local.
  const canUpgrade = isAtLeast(number, "1.21.0") && toolchain !== "local";
  return isAtLeast(number, OLDEST_GO) || canUpgrade ? undefined : `go ${OLDEST_GO} is needed, this is ${number}`;
}
