/** What the set-up scripts decide; what they do is seen by running them (test/cli/quickstart.test.ts). */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { pulumiEnvironment } from "../../scripts/lib/environment.mjs";

/** They are plain JavaScript, because they run before any package is there. */
async function load<T>(path: string): Promise<T> {
  return (await import(new URL(`../../scripts/${path}`, import.meta.url).href)) as T;
}

type Variables = Readonly<Record<string, string | undefined>>;
type Packages = Readonly<Record<string, { version?: string; optional?: boolean }>>;
type Call = { method: string; path: string; status?: number };

const { needsStack } = await load<{ needsStack: (args: string[], env: Variables) => boolean }>("lib/stack.mjs");
const { isInstalled } = await load<{ isInstalled: (wanted: Packages, installed: Packages) => boolean }>(
  "lib/packages.mjs",
);
const { isAtLeast } = await load<{ isAtLeast: (version: string, least: string) => boolean }>("lib/pulumi-cli.mjs");
const { countsIn } = await load<{ countsIn: (report: object) => string }>("lib/test-counts.mjs");
const { isWorthReading, summaryOf } = await load<{
  isWorthReading: (line: string) => boolean;
  summaryOf: (calls: Call[]) => string;
}>("quickstart/stage.mjs");

interface Edit {
  readonly file: string;
  readonly find: string;
}
const { MUTANTS } = await load<{ MUTANTS: readonly (Edit & { name: string; also?: readonly Edit[] })[] }>(
  "mutants/list.mjs",
);

test("what each mutant changes stands once in its file", () => {
  const edits = MUTANTS.flatMap(({ name, also = [], ...edit }) => [edit, ...also].map((one) => ({ name, ...one })));
  const timesIn = ({ file, find }: Edit): number => readFileSync(file, "utf8").split(find).length - 1;
  expect(edits.filter((edit) => timesIn(edit) !== 1).map(({ name }) => name)).toEqual([]);
});

interface Terminal {
  readonly stdin: { isTTY?: boolean };
  readonly stdout: { isTTY?: boolean };
  readonly env: Variables;
}
const { actIn, mayAsk, wishesIn } = await load<{
  actIn: (answer: string) => string | undefined;
  mayAsk: (process: Terminal) => boolean;
  wishesIn: (args: string[]) => object;
}>("quickstart/acts.mjs");

describe("the second act of the quick start", () => {
  test("is what the command names", () => {
    expect(wishesIn([])).toEqual({ keep: false, acts: [] });
    expect(wishesIn(["rollout", "ci"])).toEqual({ keep: false, acts: ["rollout", "ci"] });
    expect(wishesIn(["--keep"])).toEqual({ keep: true, acts: [] });
    expect(wishesIn(["adopt", "--fast"])).toEqual({ keep: false, acts: ["adopt"], unknown: "--fast" });
  });

  test("is what a person says, by number or name; anything else is asked again", () => {
    expect(["1", " 2 ", "CI", "roll"].map(actIn)).toEqual(["rollout", "adopt", "ci", "rollout"]);
    expect(["", "0", "4", "1.5", "help"].map(actIn)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test("is asked for at a terminal alone: a CI job, a pipe or an editor would wait for ever", () => {
    const terminal = { stdin: { isTTY: true }, stdout: { isTTY: true }, env: { TERM: "xterm" } };
    expect(mayAsk(terminal)).toBe(true);
    for (const other of [{ stdin: {} }, { stdout: {} }, { env: { CI: "true" } }, { env: { TERM: "dumb" } }]) {
      expect([other, mayAsk({ ...terminal, ...other })]).toEqual([other, false]);
    }
  });
});

describe("npm run pulumi: is a stack needed?", () => {
  test.each(["preview", "up --yes", "config set version v1", "stack output --json", "destroy -y", "refresh"])(
    "%s: yes",
    (line) => expect(needsStack(line.split(" "), {})).toBe(true),
  );
  test.each(["version", "--help", "up --help", "stack ls", "stack select dev", "stack init dev", "login", ""])(
    "%s: no",
    (line) => expect(needsStack(line.split(" "), {})).toBe(false),
  );
  test.each(["up --stack dev", "up --stack=dev", "preview -s dev", "preview -sdev", "up -C elsewhere"])(
    "%s: says it itself",
    (line) => expect(needsStack(line.split(" "), {})).toBe(false),
  );
  test("PULUMI_STACK says it", () => expect(needsStack(["up"], { PULUMI_STACK: "dev" })).toBe(false));
});

describe("is what package-lock.json wants installed?", () => {
  const wanted = { "": {}, examples: {}, "node_modules/got": { version: "16.1.0" } };
  const optional = { "node_modules/x-win32": { version: "1.0.0", optional: true } };

  test.each([
    ["yes", wanted, { "node_modules/got": { version: "16.1.0" } }, true],
    ["no, another version", wanted, { "node_modules/got": { version: "16.0.0" } }, false],
    ["no, missing", wanted, {}, false],
    ["yes, what is missing is for another platform", optional, {}, true],
  ])("%s", (_, asked, installed, answer) => expect(isInstalled(asked, installed)).toBe(answer));
});

test("versions are compared by number", () => {
  expect(isAtLeast("3.254.0", "3.254.0")).toBe(true);
  expect(isAtLeast("3.1000.0", "3.254.0")).toBe(true);
  expect(isAtLeast("4.0.0", "3.254.0")).toBe(true);
  expect(isAtLeast("3.99.9", "3.254.0")).toBe(false);
  expect(isAtLeast("1.25.9", "1.25.11")).toBe(false);
  expect(isAtLeast("1.26", "1.25.11")).toBe(true);
});

test("a file that could not be loaded is a failure in the closing line", () => {
  const report = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0 };
  expect(countsIn({ ...report, numRuntimeErrorTestSuites: 0 })).toBe("7 passed, 1 failed, 2 skipped");
  expect(countsIn({ ...report, numRuntimeErrorTestSuites: 1 })).toBe("7 passed, 2 failed, 2 skipped");
});

describe("pulumiEnvironment", () => {
  test("without settings of the person's: this clone's own backend, and nothing to type", () => {
    const env = pulumiEnvironment({ env: {} });
    expect(env["PULUMI_BACKEND_URL"]).toMatch(/^file:\/\/.*\.pulumi-losant\/state$/);
    expect(env["PULUMI_CONFIG_PASSPHRASE"]).toBe("");
  });
  test("a backend of the person's is kept, and its secrets get no empty passphrase", () => {
    const env = pulumiEnvironment({ env: { PULUMI_BACKEND_URL: "s3://plant" } });
    expect(env["PULUMI_BACKEND_URL"]).toBe("s3://plant");
    expect(env["PULUMI_CONFIG_PASSPHRASE"]).toBeUndefined();
  });
  test.each(["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])("%s is kept", (name) => {
    const env = pulumiEnvironment({ env: { [name]: "mine" } });
    expect([env["PULUMI_CONFIG_PASSPHRASE"], env["PULUMI_CONFIG_PASSPHRASE_FILE"]].filter(Boolean)).toEqual(["mine"]);
    expect(env["PULUMI_CONFIG_PASSPHRASE"]).not.toBe("");
  });
  test("Node keeps what it compiled: in the person's folder, else in this clone's", () => {
    expect(pulumiEnvironment({ env: {} })["NODE_COMPILE_CACHE"]).toMatch(/\.pulumi-losant\/compile-cache$/);
    expect(pulumiEnvironment({ env: { NODE_COMPILE_CACHE: "/mine" } })["NODE_COMPILE_CACHE"]).toBe("/mine");
  });
  test("the pinned Node is the first on PATH, and npm's `pulumi`, which only downloads, is not before the CLI", () => {
    const dirs = pulumiEnvironment({ env: { PATH: "/somewhere" } })["PATH"]?.split(":") ?? [];
    expect(dirs[0]).toMatch(/node_modules\/node\/bin$/);
    expect(dirs.at(-2)).toMatch(/node_modules\/\.bin$/);
    expect(dirs.at(-1)).toBe("/somewhere");
  });
});

describe("what the quick start shows", () => {
  test.each([
    " +  pulumi-nodejs:dynamic/losant:EdgeDeployment telemetry created (0.07s) ",
    "    pulumi:pulumi:Stack losant-quickstart-quickstart  1 warning",
    "    warning: drift of Telemetry: device line-2",
    "    ~ version: v1 => v2",
  ])("%p: yes", (line) => expect(isWorthReading(line)).toBe(true));
  test.each([
    " +  pulumi-nodejs:dynamic/losant:EdgeDeployment telemetry creating (0s) ",
    " ~  pulumi:pulumi:Stack losant-quickstart-quickstart refreshing (0s) warning: drift",
    "    pulumi:pulumi:Stack losant-quickstart-quickstart running ",
    "",
  ])("%p: no", (line) => expect(isWorthReading(line)).toBe(false));

  test("calls, without the application", () => {
    const read = { method: "GET", path: "/applications/a/devices", status: 200 };
    const write = { method: "POST", path: "/applications/a/edge/deployments/replace", status: 202 };
    expect(summaryOf([read, write, read])).toBe("2 reads, POST /edge/deployments/replace 202");
    expect(summaryOf([read])).toBe("1 read, no write");
  });
});

test("the lock file has the packages of every platform, so that `npm ci` works on each", () => {
  type Locked = { readonly integrity?: string; readonly optionalDependencies?: Record<string, string> };
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({
      name,
      places: [`${path}/node_modules/${name}`, `node_modules/${name}`],
    })),
  );
  expect(wanted.length).toBeGreaterThan(20);
  const missing = wanted.filter(({ places }) => !places.some((place) => packages[place]?.integrity !== undefined));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
