/**
 * What the plan in the preview costs: calls and time of `pulumi preview` and `pulumi refresh` for many resources over a
 * few workflows of one application, with the plan and without it.
 *
 *     npm run build && node test/bench/data-preflight.mjs [resources] [flows] [deployments] [runs]
 */
import "../support/resolve-ts.mjs";
import { startSimulator } from "../../dist/sdk/simulator/index.js";

const { createProject } = await import("../support/project.ts");

const [resources = 200, flows = 10, deployments = 5000, runs = 5] = process.argv.slice(2).map(Number);
const perResource = Math.floor(deployments / resources);
const perFlow = Math.floor(resources / flows);
const id = (kind, number) => kind + String(number).padStart(24 - kind.length, "0");
const applicationId = id("a", 1);

const devices = Array.from({ length: perFlow * perResource }, (_, number) => ({
  id: id("d", number),
  name: `device-${number}`,
}));
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
      devices,
    },
  ],
  tokens: [{ token: "bench", sourceType: "apiToken", sourceId: id("c", 1) }],
};
const program = `
import * as losant from "pulumi-losant";
const id = (kind, number) => kind + String(number).padStart(24 - kind.length, "0");
for (let resource = 0; resource < ${resources}; resource++) {
  const first = (resource % ${perFlow}) * ${perResource};
  new losant.EdgeDeployment("r" + resource, {
    applicationId: "${applicationId}",
    flowId: id("f", Math.floor(resource / ${perFlow})),
    version: process.env.BENCH_VERSION ?? "v1",
    deviceIds: Array.from({ length: ${perResource} }, (_, number) => id("d", first + number)),
  });
}
`;

const losant = await startSimulator({ seed, reportDelayMs: 0 });
const project = await createProject({
  program,
  refreshAlways: false,
  config: { "losant:apiUrl": losant.url, "losant:preflight": "true" },
  secrets: { "losant:apiToken": "bench" },
});

async function measure(args, env = {}) {
  losant.clearCalls();
  const start = performance.now();
  const result = await project.run(args, { env });
  const ms = performance.now() - start;
  if (result.code !== 0) throw new Error(result.output.slice(-2000));
  const calls = {};
  for (const { path } of losant.calls) {
    const what = path
      .split("/")
      .slice(3)
      .join("/")
      .replaceAll(/[\da-f]{24}/g, "*");
    calls[what] = (calls[what] ?? 0) + 1;
  }
  return { ms, calls, all: losant.calls.length };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms) => (ms / 1000).toFixed(2);

try {
  await measure(["up", "--yes", "--skip-preview"]);
  console.log(
    `${resources} resources, ${flows} flows, ${resources * perResource} deployments, ${runs} runs (medians)\n`,
  );
  console.log("| command | with plan | without | ratio | calls with | without |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, args, env] of [
    ["preview, nothing to do", ["preview"], {}],
    ["preview, every device moves", ["preview"], { BENCH_VERSION: "v2" }],
    ["preview --refresh, nothing to do", ["preview", "--refresh"], {}],
  ]) {
    const times = { true: [], false: [] };
    const calls = {};
    for (let run = 0; run < runs; run++) {
      // In turn, so that a slow moment of the machine meets both.
      for (const preflight of ["true", "false"]) {
        const { ms, calls: made } = await measure([...args, "--config", `losant:preflight=${preflight}`], env);
        times[preflight].push(ms);
        calls[preflight] = made;
      }
    }
    const [on, off] = [median(times.true), median(times.false)];
    const shown = [calls.true, calls.false].map((made) => JSON.stringify(made));
    console.log(`| ${name} | ${seconds(on)} s | ${seconds(off)} s | ${(on / off).toFixed(2)} | ${shown.join(" | ")} |`);
  }
  const refresh = await measure(["refresh", "--yes", "--skip-preview"]);
  console.log(`| refresh | | ${seconds(refresh.ms)} s | | | ${JSON.stringify(refresh.calls)} |`);
} finally {
  project.remove();
  await losant.close();
}
