/** What loading `pulumi-losant/provider` costs the plugin process, and what of it: fresh processes, medians. */
import { execFileSync } from "node:child_process";

const RUNS = 10;
const PULUMI = "@pulumi/pulumi/cmd/dynamic-provider/index.js";

/** Milliseconds that `what` takes to load in a fresh process that has loaded what the plugin process has. */
function loads(what) {
  const code = `
    require(${JSON.stringify(PULUMI.replace("cmd/dynamic-provider/index.js", "index.js"))});
    const from = performance.now();
    for (const name of ${JSON.stringify(what)}) require(name);
    process.stdout.write(String(performance.now() - from));`;
  return Number(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const measured = (what) => median(Array.from({ length: RUNS }, () => loads(what)));

const parts = { "pulumi-losant/provider": ["pulumi-losant/provider"], "got alone": ["got"], "zod alone": ["zod"] };
const whole = measured(parts["pulumi-losant/provider"]);
console.log(`loading, after @pulumi/pulumi, median of ${RUNS} fresh processes`);
for (const [name, what] of Object.entries(parts)) {
  const ms = name === "pulumi-losant/provider" ? whole : measured(what);
  console.log(`  ${name.padEnd(24)} ${ms.toFixed(0).padStart(5)} ms  ${((ms / whole) * 100).toFixed(0).padStart(3)} %`);
}
