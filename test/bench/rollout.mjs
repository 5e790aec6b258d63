/**
 * Rollouts of a large fleet on the simulator, in one process, by the provider's own verbs: calls to Losant, time, memory,
 * and how long after the last device's report `update` returns. Then one of 100,000 devices: what each poll reads.
 *
 *     npm run bench -- rollout
 *     npm run build && node test/bench/rollout.mjs [devices of the last one]
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

simulator.settle();
simulator.clearCalls();
const health = { errors: { max: 0 }, settleSeconds: 5 };
const judged = await provider.update("id", rolled, inputs("v5", all, { batches: BATCHES, health }));
const errorReads = simulator.calls.filter(({ path }) => path.endsWith("/errors")).length;
const listed = simulator.calls.filter(({ query }) => query.page !== undefined);
const listings = listed.filter(({ query }) => query.page === "0").length;
console.log(`  with health (errors, settleSeconds ${health.settleSeconds}): status ${judged.outs.status}`);
console.log(
  `  writes ${calls("POST")}, reads ${calls("GET")}: ${listings} looks of ${listed.length} pages, errors ${errorReads} times`,
);

const few = all.slice(0, 20);
const lags = [];
let state = judged.outs;
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

const LARGE = Number(process.argv[2] ?? 100_000);
const LARGE_BATCHES = [1, "1%", "10%", "100%"];
const SLOW_MS = 5_000;
const wide = fleet({ devices: LARGE });
const [site] = wide.applications;
const losant = await startSimulator({ seed: wide, reportDelayMs: 0 });
const settings = { "losant:apiUrl": losant.url, "losant:apiToken": wide.tokens[0].token };
provider.configure({ config: { get: (key) => settings[key] } });
const declared = (version, rollout) => ({
  applicationId: site.id,
  flowId: site.flows[0].id,
  version,
  deviceIds: site.devices.map((device) => device.id).toSorted(),
  ...(rollout ? { rollout } : {}),
});
const { outs: first } = await provider.create(declared("v1"));
for (const { id } of site.devices) losant.setBehaviour(id, { kind: "late", afterMs: SLOW_MS });
losant.clearCalls();
const start = performance.now();
await provider.update("id", first, declared("v2", { batches: LARGE_BATCHES, timeoutSeconds: 600 }));
const took = (performance.now() - start) / 1000;
console.log(
  `${LARGE} devices in batches of ${LARGE_BATCHES.join(", ")}, each device reports after ${SLOW_MS / 1000} s`,
);
console.log(`  ${took.toFixed(1)} s, memory of this process ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB`);
const page = await fetch(
  `${losant.url}/applications/${site.id}/edge/deployments?flowId=${site.flows[0].id}&perPage=1000`,
  { headers: { authorization: `Bearer ${wide.tokens[0].token}` } },
);
const kilobytes = (await page.text()).length / 1000;
const looks = new Map();
for (const { method, query } of losant.calls) {
  if (method !== "GET" || query.page === undefined) continue;
  const what = query.version === undefined ? "whole listings" : `listings of ${query.version}`;
  const { listings = 0, pages = 0 } = looks.get(what) ?? {};
  looks.set(what, { listings: listings + (query.page === "0" ? 1 : 0), pages: pages + 1 });
}
console.log(`  a page has ${kilobytes.toFixed(0)} kB`);
for (const [what, { listings, pages }] of looks) {
  console.log(`  ${what}: ${listings}, of ${pages} pages together (${((pages * kilobytes) / 1000).toFixed(0)} MB)`);
}
await losant.close();
process.exit(0);
