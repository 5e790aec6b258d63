// A fleet with two resources that change all the time, while 5 % of all calls fail in every way: `npm run soak`.
import { expect, test } from "@jest/globals";
import { faultCatalogue, fleet, startSimulator } from "pulumi-losant/simulator";
import { InitError } from "../../provider/apply/apply-resource.js";
import type { ResourceProps } from "../../provider/verbs.js";
import { MAX_ATTEMPTS, untruths } from "../support/fault-cells.js";
import { IMPATIENT_MS } from "../support/fault-limits.js";
import { pluginOn } from "../support/fronts.js";

const MINUTES = Number(process.env["SOAK_MINUTES"] ?? 10);
const SHARE = 0.05;
const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 2 ** 31);

/** The same numbers for the same seed (mulberry32). */
function numbersFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Kept = { id: string; outs: ResourceProps } | undefined;

test(
  "resources stay true, foreign devices stay where they are, and everything converges",
  async () => {
    const random = numbersFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const plant = fleet({ devices: 8, flows: 1 });
    const [application] = plant.applications;
    const [token] = plant.tokens;
    const [flow] = application?.flows ?? [];
    if (!application || !token || !flow) throw new Error("the seed is empty");
    const simulator = await startSimulator({ seed: plant, reportDelayMs: 0, maxPerPage: 3 });
    // Also where a rule does not hold: else Jest would wait for the server.
    await using _closing = { [Symbol.asyncDispose]: () => simulator.close() };
    const ids = application.devices.map((device) => device.id);
    const foreign = ids.slice(6);
    const groups = [ids.slice(0, 3), ids.slice(3, 6)];
    const desired = (id: string): string | null =>
      simulator.rows(application.id, flow.id).find((row) => row.deviceId === id)?.desiredVersion ?? null;
    for (const deviceId of foreign) {
      const by = { sourceType: "user", sourceId: "b".repeat(24) } as const;
      simulator.change({ applicationId: application.id, flowId: flow.id, deviceId, version: "v9", by });
    }
    const faults = Object.values(faultCatalogue({ otherUrl: simulator.url, hugeBytes: 3 * 2 ** 20 }));
    let isHostile = true;
    simulator.beforeCall(() => {
      if (isHostile && random() < SHARE) simulator.fault(pick(faults));
    });

    const kept: Kept[] = [undefined, undefined];
    const counts = { steps: 0, done: 0, error: 0, partial: 0, requests: 0 };
    const step = async (which: number, version: string | null): Promise<void> => {
      const plugin = pluginOn({
        simulator,
        apiUrl: simulator.url,
        apiToken: token.token,
        onSleep: () => {},
        timeoutMs: isHostile ? IMPATIENT_MS : 30_000,
        maxAttempts: MAX_ATTEMPTS,
      });
      const group = groups[which] ?? [];
      const deviceIds = version === null ? group : group.filter(() => !isHostile || random() < 0.8);
      const inputs = { applicationId: application.id, flowId: flow.id, version, deviceIds: deviceIds.toSorted() };
      const before = kept[which];
      counts.steps += 1;
      // A plain error leaves the state of before in place, which a refresh had made.
      let isStateNew = true;
      try {
        if (before === undefined) {
          if (version !== null && deviceIds.length > 0) kept[which] = await plugin.create({ ...inputs, adopt: true });
        } else {
          const found = await plugin.read(before.id, before.outs);
          kept[which] = found.id === undefined ? undefined : { id: found.id, outs: found.props ?? {} };
          const known = kept[which];
          if (known !== undefined && (version === null || deviceIds.length === 0)) {
            await plugin.delete(known.id, known.outs);
            kept[which] = undefined;
          } else if (known !== undefined) {
            kept[which] = { id: known.id, ...(await plugin.update(known.id, known.outs, { ...inputs, adopt: true })) };
          }
        }
        counts.done += 1;
      } catch (error) {
        counts[error instanceof InitError ? "partial" : "error"] += 1;
        isStateNew = error instanceof InitError;
        if (error instanceof InitError) kept[which] = { id: error.id, outs: error.properties };
        const message = error instanceof InitError ? error.reasons.join("\n") : (error as Error).message;
        expect(message).not.toContain(token.token);
        expect(message.length).toBeLessThan(3_000);
      }
      const state = kept[which];
      if (state !== undefined && isStateNew) {
        expect({ seed, untrue: untruths(state.outs, desired, state.outs["deviceIds"] as string[]) }).toEqual({
          seed,
          untrue: [],
        });
      }
      expect({ seed, foreign: foreign.map(desired) }).toEqual({ seed, foreign: ["v9", "v9"] });
      counts.requests += simulator.calls.length;
      simulator.clearCalls();
      simulator.settle();
    };

    const heap = process.memoryUsage().heapUsed;
    const end = performance.now() + MINUTES * 60_000;
    while (performance.now() < end) {
      await step(random() < 0.5 ? 0 : 1, random() < 0.1 ? null : pick(["v1", "v2", "v3"]));
      if (counts.steps % 25 > 0) continue;
      isHostile = false;
      simulator.clearFaults();
      for (const which of [0, 1]) await step(which, "v1");
      expect({ seed, converged: groups.flat().map(desired) }).toEqual({
        seed,
        converged: groups.flat().map(() => "v1"),
      });
      isHostile = true;
    }
    const grownMb = Math.round((process.memoryUsage().heapUsed - heap) / 2 ** 20);
    console.log(`seed ${seed}: ${JSON.stringify(counts)}; the heap grew by ${grownMb} MB`);
  },
  MINUTES * 60_000 + 120_000,
);
