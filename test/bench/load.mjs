/**
 * What the plugin process pays for `pulumi-losant/provider`, against got and zod as npm installs them. The two are measured
 * in turn, each in a fresh process that has loaded @pulumi/pulumi already, as the plugin process has.
 */
import { execFileSync } from "node:child_process";

const RUNS = 10;
const WHAT = {
  "pulumi-losant/provider": ["pulumi-losant/provider"],
  "got + zod, unbundled": ["got", "zod"],
  "pulumi-losant": ["pulumi-losant"],
};

/** Milliseconds */
function loads(names) {
  const code = `
    require("@pulumi/pulumi");
    const from = performance.now();
    for (const name of ${JSON.stringify(names)}) require(name);
    process.stdout.write(String(performance.now() - from));`;
  return Number(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const times = Object.fromEntries(Object.keys(WHAT).map((name) => [name, []]));
for (let run = 0; run < RUNS; run++) {
  for (const [name, names] of Object.entries(WHAT)) times[name].push(loads(names));
}
const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
const whole = medians["pulumi-losant/provider"];
console.log(`loading after @pulumi/pulumi, median of ${RUNS} fresh processes; ratio to pulumi-losant/provider`);
for (const [name, ms] of Object.entries(medians)) {
  console.log(`  ${name.padEnd(24)} ${ms.toFixed(0).padStart(5)} ms  ${(ms / whole).toFixed(2).padStart(5)}`);
}
