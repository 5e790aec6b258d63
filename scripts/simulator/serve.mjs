/** The local Losant itself, on Node 24: serves until a signal stops it. */
import { once } from "node:events";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import { main, Problem } from "../lib/main.mjs";
import { parseArguments } from "./arguments.mjs";
import { describeAsJson, describeCall, describeForPeople } from "./describe.mjs";
import { createSite } from "./site.mjs";
import { withRandomTokens } from "./tokens.mjs";

const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"];

await main(async () => {
  const { port, json } = parseArguments(process.argv.slice(2));
  const seed = withRandomTokens(demoFleet());
  const onCall = (call) => json || console.log(describeCall(call));
  const onAction = (text) => json || console.log(text);
  const site = createSite(seed, () => losant, onAction);
  const losant = await started({ port, seed, onCall, site });
  const stop = new AbortController();
  const stopped = Promise.race(STOPS.map((signal) => once(process, signal, { signal: stop.signal })));
  console.log(json ? JSON.stringify(describeAsJson(losant.url, seed)) : describeForPeople(losant.url, seed));
  await stopped;
  stop.abort();
  await losant.close();
  if (!json) console.log("Stopped.");
});

async function started(options) {
  try {
    return await startSimulator(options);
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Problem(
      `Port ${options.port} is taken, perhaps by another local Losant.\n` +
        "To use any free port: npm run simulator -- --port 0",
    );
  }
}
