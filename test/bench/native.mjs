/**
 * The native plugin against the dynamic front: the same resources in a JavaScript program each, the plan of previews on in
 * both, one command of each kind in turn: its time and, on Linux, its CPU seconds with all of its processes.
 * `native-start.mjs` has the two processes alone.
 *
 *     npm run bench -- native
 *     npm run bench -- native.mjs 500 1       (resources, runs; six minutes)
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import "../support/resolve-ts.mjs";
import { startSimulator } from "../../dist/sdk/simulator/index.js";

const { createProject } = await import("../support/project.ts");

const [resources = 100, runs = 3] = process.argv.slice(2).map(Number);
const flows = Math.min(resources, 10);
const id = (kind, number) => kind + String(number).padStart(24 - kind.length, "0");
const seed = {
  applications: [
    {
      id: id("a", 1),
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
    applicationId: id("a", 1),
    flowId: id("f", number % ${flows}),
    version: process.env.BENCH_VERSION ?? "v1",
    deviceIds: [id("d", number)],
  };
  ${make}
}
`;
const DYNAMIC = `import * as losant from "pulumi-losant";
${declaring('new losant.EdgeDeployment("r" + number, args);')}`;
const NATIVE = `import * as pulumi from "@pulumi/pulumi";
${declaring('new pulumi.CustomResource("losant:index:EdgeDeployment", "r" + number, args);')}`;

const losant = await startSimulator({ seed, reportDelayMs: 0 });
const settings = {
  refreshAlways: false,
  config: { "losant:apiUrl": losant.url },
  secrets: { "losant:apiToken": "bench" },
};
const dynamic = await createProject({ ...settings, program: DYNAMIC });
const native = await createProject({ ...settings, program: NATIVE });
writeFileSync(
  join(native.dir, "Pulumi.yaml"),
  `${readFileSync(join(native.dir, "Pulumi.yaml"), "utf8")}\nplugins: { providers: [{ name: losant, path: ${resolve("dist/plugin")} }] }\n`,
);

/** CPU seconds of all children that have ended, theirs included; NaN where the system does not say. */
function cpuOfChildren() {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return NaN;
  }
}

async function timed(project, args, version = "v1") {
  const [started, cpu] = [performance.now(), cpuOfChildren()];
  const { code, output } = await project.run(args, { env: { BENCH_VERSION: version } });
  if (code !== 0) throw new Error(output);
  return { seconds: (performance.now() - started) / 1000, cpu: cpuOfChildren() - cpu };
}

/** Of the last minute: what else the machine does lengthens the seconds of both. */
const load = () => loadavg()[0].toFixed(1);
const middle = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function inTurn(label, args, version, count = runs) {
  const times = { dynamic: [], native: [] };
  for (let run = 0; run < count; run++) {
    for (const [name, project] of Object.entries({ dynamic, native })) {
      times[name].push(await timed(project, typeof args === "function" ? args(name) : args, version?.(run)));
    }
  }
  const shown = (field) => {
    const [a, b] = [times.dynamic, times.native].map((all) => middle(all.map((one) => one[field])));
    return `dynamic ${a.toFixed(1)} s, native ${b.toFixed(1)} s: ${(b / a).toFixed(2)}`;
  };
  console.log(`${label.padEnd(26)} ${shown("seconds")}; CPU ${shown("cpu")}`);
}

const up = ["up", "--yes", "--skip-preview"];
try {
  console.log(`${resources} resources over ${flows} workflows, ${runs} runs, in the middle; load ${load()}:`);
  await inTurn("up, everything new (once)", up, undefined, 1);
  await inTurn("preview, nothing to do", ["preview"]);
  await inTurn("preview with a refresh", ["preview", "--refresh"]);
  await inTurn("preview, all change", ["preview"], () => "v2");
  await inTurn("refresh", ["refresh", "--yes", "--skip-preview"]);
  await inTurn("up, all change", up, (run) => (run % 2 === 0 ? "v2" : "v1"), Math.min(runs, 2));
  console.log(`load ${load()}`);
  for (const [name, project] of Object.entries({ dynamic, native })) {
    const { stdout } = await project.run(["stack", "export"]);
    const { deployment } = JSON.parse(stdout);
    const ours = deployment.resources.filter(({ type }) => type.endsWith(":EdgeDeployment"));
    // Pulumi's file is indented; a service keeps it without.
    const bytes = ours.map((resource) => JSON.stringify(resource).length).reduce((sum, one) => sum + one, 0);
    console.log(
      `state of ${name}: ${Math.round(bytes / ours.length)} bytes a resource, indented ${Math.round(stdout.length / resources)}`,
    );
    if (process.env.BENCH_VERBOSE) console.log(JSON.stringify(ours[0], null, 1));
  }
} finally {
  dynamic.remove();
  native.remove();
  await losant.close();
}
