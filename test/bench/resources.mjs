/**
 * Many resources over a few workflows of one application, through the real CLI: calls to Losant, and the time against a
 * bare dynamic resource that carries the same inputs and does nothing. Each command is run with both, in turn.
 *
 *     npm run bench -- resources
 *     npm run build && node test/bench/resources.mjs [resources] [flows] [runs]
 */
import "../support/resolve-ts.mjs";
import { startSimulator } from "../../dist/sdk/simulator/index.js";

const { createProject } = await import("../support/project.ts");

const [resources = 100, flows = 10, runs = 3] = process.argv.slice(2).map(Number);
const id = (kind, number) => kind + String(number).padStart(24 - kind.length, "0");
const applicationId = id("a", 1);
const seed = {
  applications: [
    {
      id: applicationId,
      name: "bench",
      flows: Array.from({ length: flows }, (_, number) => ({
        id: id("f", number),
        name: `flow-${number}`,
        versions: [{ version: "v1" }, { version: "v2" }],
      })),
      devices: Array.from({ length: resources }, (_, number) => ({ id: id("d", number), name: `device-${number}` })),
    },
  ],
  tokens: [{ token: "bench", sourceType: "apiToken", sourceId: id("c", 1) }],
};
const declaring = (make) => `
const id = (kind, number) => kind + String(number).padStart(24 - kind.length, "0");
for (let number = 0; number < ${resources}; number++) {
  const args = {
    applicationId: "${applicationId}",
    flowId: id("f", number % ${flows}),
    version: process.env.BENCH_VERSION ?? "v1",
    deviceIds: [id("d", number)],
  };
  ${make}
}
`;
const OURS = `import * as losant from "pulumi-losant";
${declaring('new losant.EdgeDeployment("r" + number, args);')}`;
const BARE = `import * as pulumi from "@pulumi/pulumi";
const provider = {
  diff: async (_id, olds, news) => ({ changes: olds.version !== news.version }),
  create: async (inputs) => ({ id: "bare", outs: inputs }),
  update: async (_id, _olds, news) => ({ outs: news }),
};
class Bare extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, args);
  }
}
${declaring('new Bare("r" + number, args);')}`;

const losant = await startSimulator({ seed, reportDelayMs: 0 });
const config = { "losant:apiUrl": losant.url, "losant:preflight": "false" };
const settings = { refreshAlways: false, config, secrets: { "losant:apiToken": "bench" } };
const ours = await createProject({ ...settings, program: OURS });
const bare = await createProject({ ...settings, program: BARE });

const COMMANDS = [
  ["create", ["up", "--yes", "--skip-preview"], {}],
  ["nothing to do", ["up", "--yes", "--skip-preview"], {}],
  ["bump", ["up", "--yes", "--skip-preview"], { BENCH_VERSION: "v2" }],
  ["preview", ["preview"], { BENCH_VERSION: "v2" }],
  ["refresh", ["refresh", "--yes", "--skip-preview"], {}],
  ["destroy", ["destroy", "--yes", "--skip-preview"], {}],
];

async function timed(project, args, env) {
  losant.clearCalls();
  const start = performance.now();
  const result = await project.run(args, { env });
  const seconds = (performance.now() - start) / 1000;
  if (result.code !== 0) throw new Error(result.output.slice(-2000));
  const count = (method) => losant.calls.filter((call) => call.method === method).length;
  return { seconds, reads: count("GET"), writes: count("POST") };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = new Map(COMMANDS.map(([name]) => [name, []]));
try {
  for (let run = 0; run < runs; run++) {
    for (const [name, args, env] of COMMANDS) {
      const mine = await timed(ours, args, env);
      rows.get(name).push({ ...mine, ratio: mine.seconds / (await timed(bare, args, env)).seconds });
    }
  }
  console.log(`${resources} resources, ${flows} flows, ${runs} runs (medians)\n`);
  console.log("| command | seconds | ratio to bare | reads | writes | calls a resource |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, all] of rows) {
    const of = (key) => median(all.map((one) => one[key]));
    const calls = median(all.map((one) => one.reads + one.writes));
    console.log(
      `| ${name} | ${of("seconds").toFixed(1)} | ${of("ratio").toFixed(2)} | ${of("reads")} | ${of("writes")} | ${(calls / resources).toFixed(2)} |`,
    );
  }
} finally {
  ours.remove();
  bare.remove();
  await losant.close();
}
