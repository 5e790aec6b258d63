/**
 * The two processes that Pulumi may start at a command, in turn: the native plugin, and the host of dynamic providers. Until
 * each listens: the time, the CPU time (which other processes on the machine hardly change), and the memory then. It fails
 * where the plugin takes more than half of the host's time, or more memory.
 *
 *     npm run bench -- native-start
 *     npm run build && node test/bench/native-start.mjs [runs]
 */
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const [runs = 15] = process.argv.slice(2).map(Number);
const plugin = resolve("dist/plugin/pulumi-resource-losant");
/** A port where nothing listens: both serve before they call their engine. */
const PROCESSES = {
  native: [plugin],
  dynamic: [resolve("node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js"), "127.0.0.1:1"],
};
const TICKS_A_SECOND = 100;

async function listening(args) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((done) => {
    child.stdout.once("data", done);
  });
  const ms = performance.now() - started;
  const proc = (name) => readFileSync(`/proc/${child.pid}/${name}`, "utf8");
  const mb = Number(/VmRSS:\s+(\d+)/.exec(proc("status"))?.[1] ?? 0) / 1024;
  // After the name in brackets, which may hold anything: user and system time are the 12th and 13th.
  const fields = proc("stat").split(") ").at(-1).split(" ");
  const cpu = ((Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND) * 1000;
  child.kill();
  return { ms, cpu, mb };
}

const all = { native: [], dynamic: [] };
for (let run = 0; run < runs; run++) {
  for (const [name, args] of Object.entries(PROCESSES)) all[name].push(await listening(args));
}

const least = (name, what) => Math.min(...all[name].map((one) => one[what]));
const middle = (name, what) => all[name].map((one) => one[what]).toSorted((a, b) => a - b)[Math.floor(runs / 2)];
const row = (label, unit, of) => {
  const [native, dynamic] = ["native", "dynamic"].map(of);
  const words = [native, dynamic].map((value) => `${value.toFixed(0)} ${unit}`);
  console.log(`${label.padEnd(26)} native ${words[0]}, dynamic ${words[1]}: ${(native / dynamic).toFixed(2)}`);
  return native / dynamic;
};
console.log(`${runs} starts each, in turn:`);
const time = row("listens after, at best", "ms", (name) => least(name, "ms"));
row("listens after, middle", "ms", (name) => middle(name, "ms"));
const cpu = row("CPU until then, middle", "ms", (name) => middle(name, "cpu"));
const memory = row("memory then, middle", "MB", (name) => middle(name, "mb"));
console.log(`the plugin: ${statSync(plugin).size} bytes, ${gzipSync(readFileSync(plugin)).length} packed`);
// Other processes can spoil the one time; a plugin that is too slow is so in both.
if (Math.min(time, cpu) > 0.5 || memory >= 1) {
  console.error("The plugin is to listen in half of the dynamic host's time, and with less memory.");
  process.exitCode = 1;
}
