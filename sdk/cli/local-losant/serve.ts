/** `pulumi-losant simulator`: a local Losant, until a signal stops it. */
import { once } from "node:events";
import { demoFleet, startSimulator } from "../../simulator/index.js";
import type { Simulator, SimulatorOptions } from "../../simulator/index.js";
import { UsageError } from "../usage-error.js";
import { describeAsJson, describeCall, describeForPeople } from "./describe.js";
import { readFleet } from "./fleet-file.js";
import { createSite } from "./site.js";
import { withRandomTokens } from "./tokens.js";

export interface ServeOptions {
  readonly port: number;
  readonly json?: boolean;
  /** A JSON file. @default the demo fleet */
  readonly fleet?: string;
  /** How Pulumi is started here. */
  readonly pulumi: string;
}

const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** @throws UsageError where the port is taken, or the fleet cannot be used */
export async function serve({ port, json = false, fleet, pulumi }: ServeOptions): Promise<void> {
  const seed = withRandomTokens(fleet === undefined ? demoFleet() : readFleet(fleet));
  const say = (line: string): void => void (json || print(line));
  const site = createSite(seed, () => losant, say);
  const losant: Simulator = await started({ port, seed, site, onCall: (call) => say(describeCall(call)) });
  const stop = new AbortController();
  const stopped = Promise.race(STOPS.map((signal) => once(process, signal, { signal: stop.signal })));
  print(json ? JSON.stringify(describeAsJson(losant.url, seed)) : describeForPeople(losant.url, seed, pulumi));
  await stopped;
  stop.abort();
  await losant.close();
  if (!json) print("Stopped.");
}

async function started(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== "EADDRINUSE") throw error;
    throw new UsageError(
      `Port ${options.port} is taken, perhaps by another local Losant. --port 0 takes any port that is free.`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
