/**
 * What many resources and many devices cost, through the real CLI: seconds and API calls, against a bare dynamic resource
 * that carries the same inputs and does nothing. Each command runs with each, in turn, so that the ratio holds on any machine.
 *
 *     npm run bench -- scale
 *     npm run build && node test/bench/scale.mjs one|few|many|devices [runs] [devices of the one resource]
 *
 * | section | what                                                      |
 * | ------- | --------------------------------------------------------- |
 * | one     | 1 resource of 1 device                                    |
 * | few     | 100 resources of 1 device each, over 10 workflows         |
 * | many    | 1,000 resources of 1 device each, over 10 workflows       |
 * | devices | 1 resource of 100,000 devices                             |
 *
 * `listings` is what reading the same pages takes by itself, one after the other, right after the command.
 */
import "../support/resolve-ts.mjs";
import { fleet, startSimulator } from "../../dist/sdk/simulator/index.js";

const { createProject } = await import("../support/project.ts");

const [, , only, runsAsked, devicesAsked] = process.argv;
const SECTIONS = [
  { name: "one", resources: 1, devices: 1, flows: 1, runs: 7 },
  { name: "few", resources: 100, devices: 1, flows: 10, runs: 3 },
  { name: "many", resources: 1000, devices: 1, flows: 10, runs: 1 },
  { name: "devices", resources: 1, devices: Number(devicesAsked ?? 100_000), flows: 1, runs: 1 },
];

/** The same program for all: BENCH_VERSION is the version, BENCH_LEAVING the devices that leave the last resource. */
const program = (prelude, make) => `import { readFileSync } from "node:fs";
${prelude}
const version = process.env.BENCH_VERSION ?? "v1";
const leaving = Number(process.env.BENCH_LEAVING ?? 0);
const { applicationId, resources } = JSON.parse(readFileSync("fleet.json", "utf8"));
resources.forEach(({ flowId, deviceIds }, number) => {
  const left = number === resources.length - 1 ? deviceIds.slice(leaving) : deviceIds;
  ${make}("r" + number, { applicationId, flowId, version, deviceIds: left });
});
`;
const OURS = program('import * as losant from "pulumi-losant";', "new losant.EdgeDeployment");
/** @param outputs names of properties that it returns beside its inputs */
const bareWith = (outputs) =>
  program(
    `import * as pulumi from "@pulumi/pulumi";
const outputs = ${JSON.stringify(outputs)};
const provider = {
  diff: async (_id, olds, news) => ({
    changes: olds.version !== news.version || olds.deviceIds.length !== news.deviceIds.length,
  }),
  create: async (inputs) => ({ id: "bare", outs: { ...outputs, ...inputs } }),
  read: async (id, props) => ({ id, props }),
  update: async (_id, _olds, news) => ({ outs: { ...outputs, ...news } }),
};
class Bare extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { ...Object.fromEntries(Object.keys(outputs).map((name) => [name, undefined])), ...args });
  }
}`,
    "new Bare",
  );
const BARE = bareWith({});
/** Pulumi's own work in the program grows with the number of outputs. */
const AS_MANY_OUTPUTS = bareWith({
  exclusive: false,
  adopt: false,
  maxDevices: 0,
  rollout: {},
  status: "deployed",
  deviceCount: 1,
  pendingDeviceIds: [],
  failures: [],
  drift: [],
});

const UP = ["up", "--yes", "--skip-preview"];
/** In this order, as a life of the stack. `before` is done to the simulator; a resource of one device has none to spare. */
const COMMANDS = [
  { name: "create", args: UP },
  { name: "nothing to do", args: UP },
  { name: "preview", args: ["preview"], env: { BENCH_VERSION: "v2" } },
  { name: "preview with refresh", args: ["preview", "--refresh"], env: { BENCH_VERSION: "v2" } },
  { name: "refresh", args: ["refresh", "--yes", "--skip-preview"] },
  { name: "bump", args: UP, env: { BENCH_VERSION: "v2" } },
  { name: "all drifted, preview", args: ["preview", "--refresh"], env: { BENCH_VERSION: "v2" }, drifts: "v3" },
  { name: "all drifted, mended", args: [...UP, "--refresh"], env: { BENCH_VERSION: "v2" } },
  { name: "one leaves", args: UP, env: { BENCH_VERSION: "v2", BENCH_LEAVING: "1" }, several: true },
  { name: "destroy", args: ["destroy", "--yes", "--skip-preview"] },
];

async function section({ name, resources, devices, flows, runs }) {
  const seed = fleet({ devices: resources * devices, flows });
  const [application] = seed.applications;
  const [{ token }] = seed.tokens;
  const declared = Array.from({ length: resources }, (_, number) => ({
    flowId: application.flows[number % flows].id,
    deviceIds: application.devices.slice(number * devices, (number + 1) * devices).map(({ id }) => id),
  }));
  const losant = await startSimulator({ seed, reportDelayMs: 0 });
  const settings = {
    refreshAlways: false,
    config: { "losant:apiUrl": losant.url, "losant:preflight": "false" },
    secrets: { "losant:apiToken": token },
  };
  const made = await Promise.all(
    [OURS, BARE, AS_MANY_OUTPUTS].map((text) => createProject({ ...settings, program: text })),
  );
  const [ours, bare, withOutputs] = made;
  const { writeFileSync } = await import("node:fs");
  for (const { dir } of made) {
    writeFileSync(`${dir}/fleet.json`, JSON.stringify({ applicationId: application.id, resources: declared }));
  }

  const timed = async (project, { args, env }) => {
    losant.clearCalls();
    const start = performance.now();
    const result = await project.run(args, { env: { GOGC: undefined, GOMEMLIMIT: undefined, ...env } });
    const seconds = (performance.now() - start) / 1000;
    if (result.code !== 0) throw new Error(result.output.slice(-2000));
    const count = (method) => losant.calls.filter((call) => call.method === method).length;
    return { seconds, reads: count("GET"), writes: count("POST") };
  };
  const driftAll = (version) => {
    const by = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" };
    for (const { flowId, deviceIds } of declared) {
      for (const deviceId of deviceIds) {
        losant.change({ applicationId: application.id, flowId, deviceId, version, by });
      }
    }
  };
  /** One page of the listing, and nothing else: what the network costs at least. Logs make it longer with each move. */
  const pages = Math.ceil((resources * devices) / 1000);
  const secondsPerPage = async () => {
    const start = performance.now();
    for (let page = 0; page < pages; page++) {
      const query = `flowId=${declared[0].flowId}&perPage=1000&page=${page}`;
      const answer = await fetch(`${losant.url}/applications/${application.id}/edge/deployments?${query}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await answer.json();
    }
    return (performance.now() - start) / 1000 / pages;
  };

  const rows = new Map();
  try {
    for (let run = 0; run < runs; run++) {
      for (const command of COMMANDS) {
        if (command.several && devices === 1) continue;
        if (command.drifts !== undefined) driftAll(command.drifts);
        const mine = await timed(ours, command);
        const listings = devices === 1 ? 0 : mine.reads * (await secondsPerPage());
        const theirs = await timed(bare, command);
        const asMany = await timed(withOutputs, command);
        const all = rows.get(command.name) ?? [];
        const ratio = (mine.seconds - listings) / theirs.seconds;
        const ratioToAsMany = (mine.seconds - listings) / asMany.seconds;
        rows.set(command.name, [...all, { ...mine, listings, bare: theirs.seconds, ratio, ratioToAsMany }]);
        if (process.env.BENCH_VERBOSE) console.error(name, command.name, mine, theirs.seconds.toFixed(2));
      }
    }
  } finally {
    for (const project of made) project.remove();
    await losant.close();
  }
  const of = (all, key) => median(all.map((one) => one[key]));
  console.log(`\n${name}: ${resources} resources, ${devices} devices each, ${flows} workflows, ${runs} runs (medians)`);
  console.log("Ratios: without the listings, against bare; against a bare one with as many outputs.\n");
  console.log("| command | seconds | listings | bare | ratio | as many outputs | reads | writes |");
  console.log(`|${" --- |".repeat(8)}`);
  for (const [command, all] of rows) {
    const ratios = ["ratio", "ratioToAsMany"].map((key) => of(all, key).toFixed(2));
    const times = ["seconds", "listings", "bare"].map((key) => of(all, key).toFixed(1));
    console.log(`| ${[command, ...times, ...ratios, of(all, "reads"), of(all, "writes")].join(" | ")} |`);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

for (const each of SECTIONS) {
  if (only === undefined || only === each.name) await section({ ...each, runs: Number(runsAsked ?? each.runs) });
}
