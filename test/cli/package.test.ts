// What a user gets: the packed tarball, installed in a project of its own, used by programs of each kind.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { toolEnvironment } from "../../scripts/lib/environment.mjs";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

/** What `npm pack --json` says. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let plant: Plant;
let consumer: string;
let packed: Packed;
const env = { ...toolEnvironment(), npm_config_fund: "false", npm_config_audit: "false", npm_config_loglevel: "error" };
const run = (file: string, args: readonly string[], cwd: string): string =>
  execFileSync(file, args, { cwd, env, encoding: "utf8", stdio: "pipe" });

beforeAll(async () => {
  plant = await createPlant();
  consumer = mkdtempSync(join(tmpdir(), "pulumi-losant-consumer-"));
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  const tarballs = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", consumer], process.cwd()),
  ) as Packed[] | Record<string, Packed>;
  [packed] = Object.values(tarballs) as [Packed];
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const fromCache = ["@pulumi/pulumi", "typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  run("npm", ["install", "--prefer-offline", `./${packed.filename}`, ...fromCache], consumer);
}, 180_000);
afterAll(async () => {
  rmSync(consumer, { recursive: true, force: true, maxRetries: 3 });
  await plant.simulator.close();
});

const resource = (): string =>
  `new losant.EdgeDeployment("telemetry", ${JSON.stringify({
    applicationId: plant.applicationId,
    flowId: plant.flowId,
    version: "v1",
    deviceIds: plant.devices,
  })})`;

const kinds = [
  { name: "a CommonJS JavaScript program", packageType: "commonjs", typescript: false },
  { name: "an ES module JavaScript program", packageType: "module", typescript: false },
  { name: "a CommonJS TypeScript program, as Pulumi's template makes it", packageType: "commonjs", typescript: true },
] as const;

function programOf({ packageType, typescript }: (typeof kinds)[number]): string {
  const commonJs = packageType === "commonjs" && !typescript;
  return commonJs
    ? `const losant = require("pulumi-losant");\nexports.status = ${resource()}.status;`
    : `import * as losant from "pulumi-losant";\nexport const status = ${resource()}.status;`;
}

describe("the tarball", () => {
  const paths = (): string[] => packed.files.map(({ path }) => path);

  test("has the build, pages and examples, and nothing of how they are made", () => {
    const top = [...new Set(paths().map((path) => path.split("/")[0] ?? ""))].toSorted();
    expect(top).toEqual([
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "dist",
      "docs",
      "examples",
      "package.json",
      "policy-pack",
      "templates",
    ]);
    const kinds =
      /^dist\/(.*\.js|.*\.d\.ts|THIRD-PARTY-LICENSES\.txt|plugin\/pulumi-resource-losant(\.cmd)?)$|^docs\/[\w-]+\.(md|svg)$/;
    expect(paths().filter((path) => /^(dist|docs)\//.test(path) && !kinds.test(path))).toEqual([]);
    expect(paths().filter((path) => /\.test\.|\.map$|node_modules|Pulumi\..+\.yaml|__pycache__/.test(path))).toEqual(
      [],
    );
  });

  test("has each example as a project of its own", () => {
    const named = ["environments", "go", "java", "pipeline", "python", "quickstart", "staged-rollout", "tags", "yaml"];
    const there = paths().flatMap((path) => /^examples\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(there)].toSorted()).toEqual(expect.arrayContaining(named));
    const hidden = [
      ".github/workflows/deploy.yml",
      ".github/actions/setup/action.yml",
      ".gitlab-ci.yml",
      "package-lock.json",
    ];
    expect(paths()).toEqual(expect.arrayContaining(hidden.map((path) => `examples/pipeline/${path}`)));
  });

  test("is small: below 1.05 MB to load, below 4.2 MB unpacked", () => {
    expect(packed.size).toBeLessThan(1_050_000);
    expect(packed.unpackedSize).toBeLessThan(4_200_000);
    expect(packed.size).toBeGreaterThan(300_000);
  });
});

test("the package holds what its manifest promises", () => {
  expect(run("publint", ["--strict"], process.cwd())).toContain("All good!");
});

describe("what is installed", () => {
  const dist = (): string => join(consumer, "node_modules/pulumi-losant/dist");
  const textsOf = (ending: string): string[] =>
    readdirSync(dist(), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(ending))
      .map((path) => readFileSync(join(dist(), path), "utf8"));
  const matches = (texts: readonly string[], pattern: RegExp): string[] => [
    ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, found]) => found ?? ""))),
  ];
  const withoutComments = (text: string): string =>
    text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/^\s*\/\/.*$/gm, "");
  /** Apart from files of the package, Node's own modules, and Pulumi. */
  const foreign = (specifiers: readonly string[]): string[] =>
    specifiers.filter((one) => !one.startsWith(".") && !isBuiltin(one) && !/^@pulumi\/(pulumi|policy)(\/|$)/.test(one));

  test("requires nothing but itself, Node and Pulumi, and imports no ES module", () => {
    const code = textsOf(".js").map(withoutComments);
    expect(code.length).toBeGreaterThan(5);
    expect(foreign(matches(code, /\brequire\("([^"]+)"\)/g))).toEqual(["pulumi-losant/provider"]);
    expect(matches(code, /[^.\w](import\(|import\.meta)/g)).toEqual([]);
  });

  test("has types that mention nothing but itself, Node and Pulumi", () => {
    expect(textsOf(".d.ts").length).toBeGreaterThan(10);
    expect(foreign(matches(textsOf(".d.ts").map(withoutComments), /(?:from|import)\s*\(?\s*"([^"]+)"/g))).toEqual([]);
  });

  test("brings no package along but what it needs at run time", () => {
    const manifest = JSON.parse(readFileSync(join(dist(), "../package.json"), "utf8")) as Manifest;
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  });

  test("names each bundled package, with the text of its licence", () => {
    const [licenses = ""] = textsOf("THIRD-PARTY-LICENSES.txt");
    const sections = licenses.split(/^={80}$/m).slice(1);
    const names = sections.map((section) => section.trim().split(/ [0-9]/)[0]);
    expect(names).toEqual(expect.arrayContaining(["got", "hono", "zod", "commander"]));
    // The bundler notes from which file each part comes.
    const bundled = matches(textsOf(".js"), /^\/\/(?:#region)? ?node_modules\/((?:@[^/]+\/)?[^/]+)\//gm);
    expect(bundled.length).toBeGreaterThan(20);
    expect(bundled.filter((name) => !names.includes(name))).toEqual([]);
    for (const section of sections) expect(section.length).toBeGreaterThan(500);
  });

  test("has the native plugin in one file that requires nothing but Node's own modules", () => {
    const file = join(dist(), "plugin/pulumi-resource-losant");
    const text = readFileSync(file, "utf8");
    expect(text.startsWith("#!/usr/bin/env node\n")).toBe(true);
    expect(foreign(matches([text], /\brequire\((?:"|'|`)([^"'`]+)(?:"|'|`)\)/g))).toEqual([]);
    expect(text.length).toBeLessThan(2_000_000);
    expect(gzipSync(text).length).toBeLessThan(400_000);
    expect(existsSync(`${file}.cmd`)).toBe(true);
  });

  test("starts the native plugin through npm's own link, and alone where it was copied to", async () => {
    const copy = join(consumer, "pulumi-resource-losant");
    copyFileSync(join(dist(), "plugin/pulumi-resource-losant"), copy);
    for (const file of [join(consumer, "node_modules/.bin/pulumi-resource-losant"), copy]) {
      const child = spawn(file, [], { env, stdio: ["ignore", "pipe", "inherit"] });
      const [said] = (await once(child.stdout, "data")) as [Buffer];
      child.kill();
      expect(said.toString()).toMatch(/^\d+\n$/);
    }
  });

  test("says which Node is too old for the native plugin, and what to do", () => {
    const text = readFileSync(join(dist(), "plugin/pulumi-resource-losant"), "utf8");
    const check = text.slice(text.indexOf("\n"), text.indexOf("process.exit(1)"));
    const said: string[] = [];
    const stderr = { write: (line: string) => said.push(line) };
    const old = { versions: { node: "20.19.0" }, execPath: "/usr/bin/node", stderr };
    runInNewContext(`${check}0);`, { process: old });
    expect(said).toEqual([
      "pulumi-resource-losant: Node 22.13 or newer is needed, and this is 20.19.0 (/usr/bin/node). Put a newer Node first on PATH.\n",
    ]);
  });

  test("is loaded by plain Jest, without flags", () => {
    const dir = join(consumer, "with-jest");
    mkdirSync(dir);
    writeFileSync(join(dir, "package.json"), "{}");
    const entries = ["", "/provider", "/simulator", "/pipeline"].map((entry) => `"pulumi-losant${entry}"`);
    const body = `for (const name of [${entries.join()}]) expect(Object.keys(require(name)).length).toBeGreaterThan(0);`;
    const simulated = `const losant = await require("pulumi-losant/simulator").startSimulator(); await losant.close();`;
    const looked = `await expect(require("pulumi-losant").getDevices({ name: 5 })).rejects.toThrow("getDevices: name: 5");`;
    writeFileSync(join(dir, "a.test.js"), `test("loads", async () => { ${body} ${simulated} ${looked} });`);
    // Jest itself is this repository's: only the package under test has to be the installed one.
    const jest = join(process.cwd(), "node_modules/jest/bin/jest.js");
    expect(() => run(process.execPath, [jest, "--rootDir", dir, "--silent"], dir)).not.toThrow();
  });
});

describe("the installed package deploys from", () => {
  test.each(kinds)("$name", async (kind) => {
    const project = await projectAt(plant, {
      ...kind,
      program: programOf(kind),
      modules: join(consumer, "node_modules"),
    });
    try {
      if (kind.typescript) {
        const compilerOptions = {
          module: "nodenext",
          target: "es2022",
          strict: true,
          skipLibCheck: true,
          types: ["node"],
        };
        writeFileSync(join(project.dir, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
      }
      plant.writes();
      expect(await project.up()).toMatchObject({ code: 0 });
      expect(plant.writes()).toEqual(["release v1 x4"]);
      expect(await project.destroy()).toMatchObject({ code: 0 });
    } finally {
      project.remove();
    }
  });
});

describe("the installed package type-checks, and a wrong type fails, in", () => {
  const good = `import * as losant from "pulumi-losant";
    import { startSimulator } from "pulumi-losant/simulator";
    import { create } from "pulumi-losant/provider";
    export const deployment = new losant.EdgeDeployment("a", { flowId: "f", version: null, deviceIds: ["d"] });
    export const used: readonly unknown[] = [startSimulator, create, deployment.drift];`;
  const wrong = good.replace("version: null", "version: 5");

  test.each(["commonjs", "module"])("a %s TypeScript program", (type) => {
    const dir = join(consumer, `types-${type}`);
    mkdirSync(dir);
    writeFileSync(join(dir, "package.json"), JSON.stringify({ type }));
    const compilerOptions = {
      module: "nodenext",
      target: "es2022",
      strict: true,
      noEmit: true,
      types: ["node"],
      skipLibCheck: true,
    };
    writeFileSync(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const tsc = join(consumer, "node_modules/.bin/tsc");
    writeFileSync(join(dir, "good.ts"), good);
    writeFileSync(join(dir, "wrong.ts"), wrong);
    const { status, stdout } = spawnSync(tsc, ["-p", dir, "--pretty", "false"], { cwd: dir, env, encoding: "utf8" });
    expect(status).not.toBe(0);
    expect(stdout.trim().split(/\n(?! )/)).toEqual([expect.stringMatching(/^wrong\.ts\(4,\d+\): error TS2322: /)]);
  });
});
