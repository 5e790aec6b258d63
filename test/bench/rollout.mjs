/**
 * Rollouts of a large fleet on the simulator, in one process, by the provider's own verbs: calls to Losant, time, memory,
 * and how long after the last device's report `update` returns.
 */
import { fleet, startSimulator } from "pulumi-losant/simulator";
import * as provider from "pulumi-losant/provider";

const DEVICES = 5_000;
const BATCHES = Array.from({ length: 10 }, (_, batch) => `${(batch + 1) * 10}%`);
const RUNS = 5;

const seed = fleet({ devices: DEVICES });
const [application] = seed.applications;
const simulator = await startSimulator({ seed, reportDelayMs: 20 });
const config = { "losant:apiUrl": simulator.url, "losant:apiToken": seed.tokens[0].token };
provider.configure({ config: { get: (key) => config[key] } });

const inputs = (version, deviceIds, rollout) => ({
  applicationId: application.id,
  flowId: application.flows[0].id,
  version,
  deviceIds,
  ...(rollout ? { rollout } : {}),
});
const all = application.devices.map((device) => device.id).toSorted();
const calls = (method) => simulator.calls.filter((call) => call.method === method).length;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const { outs } = await provider.create(inputs("v1", all));
simulator.settle();
simulator.clearCalls();
global.gc?.();
const before = process.memoryUsage.rss();
const began = performance.now();
const { outs: rolled } = await provider.update("id", outs, inputs("v2", all, { batches: BATCHES }));
const seconds = (performance.now() - began) / 1000;
const megabytes = (process.memoryUsage.rss() - before) / 2 ** 20;
const pages = Math.ceil(DEVICES / 1000);
console.log(`${DEVICES} devices in ${BATCHES.length} batches: ${seconds.toFixed(1)} s, status ${rolled.status}`);
console.log(`  writes ${calls("POST")}, reads ${calls("GET")} (${pages} a look: ${calls("GET") / pages} looks)`);
console.log(`  memory of this process, simulator included: +${megabytes.toFixed(0)} MB`);

const few = all.slice(0, 20);
const lags = [];
let state = rolled;
for (let run = 0; run < RUNS; run++) {
  const version = run % 2 === 0 ? "v3" : "v4";
  ({ outs: state } = await provider.update("id", state, inputs(version, few, { batches: ["100%"] })));
  const returned = Date.now();
  const reports = simulator
    .rows(application.id)
    .filter((row) => few.includes(row.deviceId))
    .map((row) => Date.parse(row.logs.at(-1).date));
  lags.push(returned - Math.max(...reports));
}
console.log(`  from the last device's report to the end of update: median ${median(lags)} ms of ${RUNS} runs`);
await simulator.close();
process.exit(0);
