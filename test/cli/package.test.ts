// What a user gets: the packed tarball, installed in a project of its own, used by programs of each kind.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolEnvironment } from "../../scripts/lib/environment.mjs";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";

interface Manifest {
  readonly devDependencies: Record<string, string>;
}

let plant: Plant;
let consumer: string;
const env = { ...toolEnvironment(), npm_config_fund: "false", npm_config_audit: "false", npm_config_loglevel: "error" };
const run = (file: string, args: readonly string[], cwd: string): string =>
  execFileSync(file, args, { cwd, env, encoding: "utf8" });

beforeAll(async () => {
  plant = await createPlant();
  consumer = mkdtempSync(join(tmpdir(), "pulumi-losant-consumer-"));
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  const packed = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", consumer], process.cwd()),
  ) as { filename: string }[] | Record<string, { filename: string }>;
  const [tarball] = Object.values(packed);
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const fromCache = ["@pulumi/pulumi", "typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  run("npm", ["install", "--prefer-offline", `./${tarball?.filename}`, ...fromCache], consumer);
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

test("the package holds what its manifest promises", () => {
  expect(run("publint", ["--strict"], process.cwd())).toContain("All good!");
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
