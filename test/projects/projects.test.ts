// Projects as people lay them out, on the packed tarball and the real CLI: `npm run test:projects`.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { codeBlocks } from "../support/code-blocks.js";
import type { CodeBlock } from "../support/code-blocks.js";
import { createPlant } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import { openWorkshop, PULUMI, TYPESCRIPT } from "./workshop.js";
import type { Layout, Opened, Workshop } from "./workshop.js";

jest.setTimeout(600_000);

const PINNED = readFileSync("test/fixtures/provider-stub.txt", "utf8").trim();

let plant: Plant;
let workshop: Workshop;

beforeAll(async () => {
  plant = await createPlant();
  workshop = await openWorkshop();
});
afterAll(async () => {
  workshop?.close();
  await plant.simulator.close();
});

const args = (): string =>
  JSON.stringify({
    applicationId: plant.applicationId,
    flowId: plant.flowId,
    version: "v1",
    deviceIds: plant.devices,
  });
const commonJs = (): string =>
  `const losant = require("pulumi-losant");\nexports.status = new losant.EdgeDeployment("t", ${args()}).status;`;
const esModule = (): string =>
  `import * as losant from "pulumi-losant";\nexport const status = new losant.EdgeDeployment("t", ${args()}).status;`;

const both = (): Record<string, string> => ({
  "@pulumi/pulumi": PULUMI,
  "pulumi-losant": `file:${workshop.tarball}`,
});
const manifest = (more: object = {}): object => ({ name: "plant", private: true, dependencies: both(), ...more });
const typed = (): Record<string, string> => ({ ...both(), typescript: TYPESCRIPT, "@types/node": "24" });

const NPM = ["npm", "install", "--prefer-offline"] as const;
const PNPM = ["pnpm", "install", "--no-frozen-lockfile", "--ignore-scripts"] as const;
const YARN = ["yarn", "install", "--no-immutable"] as const;

async function inProject(layout: Layout, work: (project: Opened) => Promise<void>): Promise<void> {
  const project = await workshop.open(plant, layout);
  try {
    plant.writes();
    await work(project);
  } finally {
    project.remove();
  }
}

/** What `__provider` is in the inputs and outputs of each resource that has it. */
function providerCodes(state: string): string[] {
  const { deployment } = JSON.parse(state) as {
    deployment: { resources: Partial<Record<"inputs" | "outputs", { __provider?: string }>>[] };
  };
  return deployment.resources
    .flatMap(({ inputs, outputs }) => [inputs?.__provider, outputs?.__provider])
    .flatMap((text) => (text === undefined ? [] : [text.trim()]));
}

/** Releases, finds nothing to do, has the pinned code in the state and no path of the machine, and destroys. */
async function deploys(layout: Layout): Promise<void> {
  await inProject(layout, async (project) => {
    const up = await project.up();
    expect(up).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual(["release v1 x4"]);
    const state = (await project.run(["stack", "export"])).stdout;
    expect(providerCodes(state)).toEqual([PINNED, PINNED]);
    expect(state).not.toContain(project.dir);
    expect(await project.preview("--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual(["remove every"]);
  });
}

/** One sentence that says what to do, no stack, and no call. */
async function refuses(layout: Layout): Promise<void> {
  await inProject(layout, async (project) => {
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain(`cannot load pulumi-losant from ${project.dir}`);
    expect(output).toContain(
      ": add pulumi-losant to the dependencies of the project's own package.json and install it",
    );
    expect(output).not.toMatch(/\n\s+at |Require stack|node:internal/);
    expect(plant.writes()).toEqual([]);
    expect(await project.destroy()).toMatchObject({ code: 0 });
  });
}

const library = {
  "packages/library/index.js": () =>
    `const losant = require("pulumi-losant");\nexports.deploy = () => new losant.EdgeDeployment("t", ${args()});`,
  "packages/library/package.json": () => ({
    name: "library",
    version: "1.0.0",
    dependencies: { "pulumi-losant": `file:${workshop.tarball}` },
    peerDependencies: { "@pulumi/pulumi": "*" },
  }),
};
const project = (dependencies: Record<string, string>): object => ({ name: "project", version: "1.0.0", dependencies });
const workspace = (root: object, dependencies: Record<string, string>): Layout["files"] => ({
  "package.json": root,
  "pnpm-workspace.yaml": 'packages: ["packages/*"]\n',
  "yarn.lock": "",
  ".yarnrc.yml": "nodeLinker: node-modules\n",
  ...Object.fromEntries(Object.entries(library).map(([path, content]) => [path, content()])),
  "packages/project/package.json": project(dependencies),
  "packages/project/index.js": 'exports.status = require("library").deploy().status;',
});
const NPM_ROOT = { name: "root", private: true, workspaces: ["packages/*"] };
const PNPM_ROOT = { name: "root", private: true };

describe("a workspace whose library depends on pulumi-losant and whose project depends on the library", () => {
  const program = "packages/project";

  test("deploys with npm", () =>
    deploys({ program, install: [NPM], files: workspace(NPM_ROOT, { library: "1.0.0", "@pulumi/pulumi": PULUMI }) }));

  test("deploys with yarn's node-modules", () =>
    deploys({
      program,
      install: [YARN],
      files: workspace(NPM_ROOT, { library: "workspace:*", "@pulumi/pulumi": PULUMI }),
    }));

  test("is refused with pnpm: the project has to depend on it too", () =>
    refuses({
      program,
      install: [PNPM],
      files: workspace(PNPM_ROOT, { library: "workspace:*", "@pulumi/pulumi": PULUMI }),
    }));

  test("deploys with pnpm once the project depends on it too", () =>
    deploys({ program, install: [PNPM], files: workspace(PNPM_ROOT, { library: "workspace:*", ...both() }) }));
});

describe("yarn's Plug'n'Play", () => {
  const files = () => ({
    "package.json": manifest(),
    "yarn.lock": "",
    ".yarnrc.yml": "nodeLinker: pnp\n",
    "index.js": commonJs(),
  });

  test("deploys by `yarn exec pulumi`, and where NODE_OPTIONS has its resolver", async () => {
    await inProject({ files: files(), install: [YARN] }, async ({ command }) => {
      const pulumi = (...line: string[]) => command(["yarn", "exec", "pulumi", ...line, "--non-interactive"]);
      expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(plant.writes()).toEqual(["release v1 x4"]);
      const [, documented = ""] = /^(NODE_OPTIONS=.*) pulumi up$/m.exec(readFileSync("docs/projects.md", "utf8")) ?? [];
      const again = `${documented} pulumi preview --refresh --expect-no-changes --non-interactive`;
      expect(await command(["sh", "-c", again])).toMatchObject({ code: 0 });
      expect(await pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    });
  });

  test("is refused without them by Pulumi itself, before any call", async () => {
    await inProject({ files: files(), install: [YARN] }, async (project) => {
      const { code, output } = await project.up();
      expect(code).not.toBe(0);
      expect(output).toMatch(/Pulumi SDK has not been installed|Cannot find module '@pulumi\/pulumi/);
      expect(plant.writes()).toEqual([]);
    });
  });
});

describe("the tests of docs/testing.md pass", () => {
  const page = codeBlocks(readFileSync("docs/testing.md", "utf8"));
  /** The files of the page, with what its blocks of differences for this runner say. */
  const filesFor = (runner: string): Layout["files"] => {
    const differences = page.filter(({ language, text }) => language === "diff" && text.includes(`"${runner}"`));
    const changed = ({ text }: CodeBlock): string =>
      differences.reduce((file, difference) => {
        const lines = (sign: string): string =>
          difference.text
            .split("\n")
            .flatMap((line) => (line.startsWith(sign) ? [line.slice(1)] : []))
            .join("\n");
        return file.replace(lines("-"), lines("+"));
      }, text);
    return Object.fromEntries(
      page.flatMap((block) => (block.file === undefined ? [] : [[block.file, changed(block)]])),
    );
  };

  test.each<[string, Record<string, string>, string[]]>([
    ["vitest", { vitest: "5.1.1" }, ["npx", "vitest", "run"]],
    [
      "mocha",
      { mocha: "12.0.3", expect: "30.5.2", tsx: "4.23.15" },
      ["npx", "mocha", "--import=tsx", "--timeout", "60000", "*.test.ts"],
    ],
  ])("in %s", async (runner, packages, line) => {
    const manifestOf = manifest({ type: "module", dependencies: { ...both(), ...packages } });
    const layout = { files: { "package.json": manifestOf, ...filesFor(runner) }, install: [NPM] };
    await inProject(layout, async ({ command }) => {
      const { code, output } = await command(line);
      expect(stripVTControlCharacters(output)).toMatch(/\b3 (passed|passing)\b/);
      expect(code).toBe(0);
    });
  });
});

test("two copies of @pulumi/pulumi deploy, with the settings of the stack", () =>
  deploys({
    files: { "package.json": manifest(), "index.js": commonJs() },
    install: [
      NPM,
      ["mkdir", "-p", "node_modules/pulumi-losant/node_modules/@pulumi"],
      ["cp", "-R", "node_modules/@pulumi/pulumi", "node_modules/pulumi-losant/node_modules/@pulumi/"],
    ],
  }));

describe("a bundle of the program, with @pulumi/pulumi outside of it,", () => {
  const webpack = `module.exports = {
    mode: "production", target: "node", entry: "./program.js",
    externals: [({ request }, done) => (/^@pulumi\\/pulumi/.test(request) ? done(null, "commonjs " + request) : done())],
    output: { path: __dirname + "/out", filename: "index.js", libraryTarget: "commonjs2" },
  };`;
  const webpackRun = `const [tool, config] = process.argv.slice(2);
    require(tool + "/webpack")(require(config), (error, stats) => {
      if (error || stats.hasErrors()) throw error || new Error(stats.toString());
    });`;
  const bundlers: Record<string, readonly string[]> = {
    esbuild: [
      ..."esbuild program.js --bundle --minify --platform=node --external:@pulumi/pulumi".split(" "),
      "--outfile=out/index.js",
    ],
    ncc: "ncc build program.js -o out -e @pulumi/pulumi -m -q".split(" "),
    webpack: ["sh", "-c", 'node webpack-run.js "$(dirname "$(command -v esbuild)")/.." "$PWD/webpack.config.js"'],
  };
  const files = (): Layout["files"] => ({
    "package.json": manifest(),
    "program.js": commonJs(),
    "webpack.config.js": webpack,
    "webpack-run.js": webpackRun,
  });

  test.each(Object.keys(bundlers))("deploys, made by %s", (name) =>
    deploys({ main: "out/index.js", files: files(), install: [NPM, bundlers[name] ?? []] }),
  );

  test("is refused where pulumi-losant is not installed beside it", () =>
    refuses({
      main: "out/index.js",
      files: files(),
      install: [NPM, bundlers["esbuild"] ?? [], ["rm", "-r", "node_modules/pulumi-losant"]],
    }));
});

describe("a program in TypeScript deploys", () => {
  const compilerOptions = { module: "nodenext", target: "es2022", strict: true, skipLibCheck: true, types: ["node"] };
  const tsconfig = (options: object = {}): object => ({
    compilerOptions: { ...compilerOptions, ...options },
    files: ["index.ts"],
  });

  test.each(["commonjs", "module"])("by ts-node, as Pulumi runs it: %s", (type) =>
    deploys({
      main: "index.ts",
      options: type === "module" ? { nodeargs: "--import ./register.mjs", typescript: false } : { typescript: true },
      files: {
        "package.json": manifest({ type, dependencies: { ...typed(), "ts-node": "10.9.2" } }),
        "tsconfig.json": tsconfig(),
        "index.ts": esModule(),
        "register.mjs":
          'import { register } from "node:module";\nregister("ts-node/esm", import.meta.url, { data: {} });\n',
      },
      install: [NPM],
    }),
  );

  test("by ts-node, with moduleResolution node and CommonJS", () =>
    deploys({
      main: "index.ts",
      options: { typescript: true },
      files: {
        "package.json": manifest({ dependencies: typed() }),
        "tsconfig.json": tsconfig({ module: "commonjs", moduleResolution: "node10", ignoreDeprecations: "6.0" }),
        "index.ts": esModule(),
      },
      install: [NPM],
    }));

  test.each(["commonjs", "module"])("by tsx: %s", (type) =>
    deploys({
      main: "index.ts",
      options: { typescript: false, nodeargs: "--import tsx" },
      files: {
        "package.json": manifest({ type, dependencies: { ...both(), tsx: "4.23.15" } }),
        "index.ts": esModule(),
      },
      install: [NPM],
    }),
  );

  test("by Node's own type stripping", () =>
    deploys({
      main: "index.ts",
      files: { "package.json": manifest({ type: "module" }), "index.ts": esModule() },
      install: [NPM],
    }));
});

describe("the Automation API", () => {
  const script = (automation: string): string => `
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: "auto", projectName: "auto", program: async () => {
      new losant.EdgeDeployment("t", ${args()});
    } });
    await stack.setAllConfig({
      "losant:apiUrl": { value: ${JSON.stringify(plant.simulator.url)} },
      "losant:apiToken": { value: ${JSON.stringify(plant.token)}, secret: true },
    });
    await stack.up();
    await stack.destroy();
    console.log("done by ${automation}");`;

  test.each(["commonjs", "module"])("deploys an inline program: %s", async (type) => {
    const text =
      type === "module"
        ? `import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";\nimport * as losant from "pulumi-losant";\n${script(type)}`
        : `const { LocalWorkspace } = require("@pulumi/pulumi/automation");\nconst losant = require("pulumi-losant");\n(async () => {${script(type)}})();`;
    const files = { "package.json": manifest({ type }), "auto.js": text };
    await inProject({ files, install: [NPM] }, async ({ command }) => {
      const { code, output } = await command(["node", "auto.js"]);
      expect(output).toContain(`done by ${type}`);
      expect(code).toBe(0);
      expect(plant.writes()).toEqual(["release v1 x4", "remove every"]);
    });
  });
});
