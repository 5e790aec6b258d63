// Drift and takeovers by name. A name is in messages only: what Pulumi saves is the same for every token.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Seed, Simulator } from "pulumi-losant/simulator";
import type { ResourceProps } from "../../../provider/verbs.js";
import { wiredProvider } from "../../support/wired-provider.js";
import { line, production, telemetry } from "../lookup/support.js";

const annId = "b00000000000000000000001";
const seed: Seed = {
  ...demoFleet(),
  members: [{ userId: annId, firstName: "Ann", lastName: "Example" }],
  tokens: [
    { token: "wide", sourceType: "user", sourceId: "a00000000000000000000009" },
    {
      token: "narrow",
      sourceType: "apiToken",
      sourceId: "a00000000000000000000008",
      scopes: ["edgeDeployments.*", "devices.get"],
    },
  ],
};
const inputs = { applicationId: production, flowId: telemetry, version: "v1.2.3", deviceIds: [line(1), line(2)] };

let losant: Simulator;
beforeEach(async () => {
  losant = await startSimulator({ seed, reportDelayMs: 0 });
});
afterEach(() => losant.close());

const providerWith = (apiToken: string) => wiredProvider(losant.url, apiToken);

const moveByAnn = (deviceId: string, version: string | null): void =>
  losant.change({
    applicationId: production,
    flowId: telemetry,
    deviceId,
    version,
    by: { sourceType: "user", sourceId: annId },
  });
const nameCalls = (): number => losant.calls.filter(({ path }) => /\/(orgs|tokens)$/.test(path)).length;

async function created(): Promise<{ id: string; outs: ResourceProps }> {
  return providerWith("narrow").provider.create(inputs);
}

describe("a refresh", () => {
  test("says who moved devices by name, and saves the id, whatever the token may read", async () => {
    const { id, outs } = await created();
    moveByAnn(line(1), "v1.2.2");
    const [wide, narrow] = [providerWith("wide"), providerWith("narrow")];
    const byWide = await wide.provider.read(id, outs);
    expect(wide.said).toEqual([expect.stringContaining('v1.2.3 -> v1.2.2 by user "Ann Example" just now')]);
    const byNarrow = await narrow.provider.read(id, outs);
    expect(narrow.said).toEqual([expect.stringContaining(`v1.2.3 -> v1.2.2 by user ${annId} just now`)]);
    expect(byNarrow).toEqual(byWide);
    expect(JSON.stringify(byWide)).toContain(`user ${annId}`);
    expect(JSON.stringify(byWide)).not.toContain("Ann");
    // Nothing has changed since: a refresh of what it saved changes nothing.
    expect(await wide.provider.read(id, byWide.props ?? {})).toEqual(byWide);
  });

  test("asks for no name where nothing has drifted, and once for many resources", async () => {
    const { id, outs } = await created();
    const { provider } = providerWith("wide");
    await provider.read(id, outs);
    expect(nameCalls()).toBe(0);
    moveByAnn(line(1), null);
    const fresh = providerWith("wide").provider;
    await Promise.all([fresh.read(id, outs), fresh.read(id, outs), fresh.read(id, outs)]);
    expect(nameCalls()).toBe(1);
  });
});

describe("a takeover", () => {
  test("that is refused names who had set the device", async () => {
    moveByAnn(line(1), "v1.2.2");
    await expect(providerWith("wide").provider.create(inputs)).rejects.toThrow(
      'is at v1.2.2, set by user "Ann Example"',
    );
    await expect(providerWith("narrow").provider.create(inputs)).rejects.toThrow(`is at v1.2.2, set by user ${annId}`);
  });

  test("that is done says so too, also in a rollout", async () => {
    for (const rollout of [undefined, { batches: [1] }]) {
      moveByAnn(line(1), "v1.2.2");
      const { provider, said } = providerWith("wide");
      await provider.create({ ...inputs, adopt: true, ...(rollout === undefined ? {} : { rollout }) });
      expect(said.join("\n")).toContain('set by user "Ann Example"');
      moveByAnn(line(2), "v1.2.2");
    }
  });

  test("in the middle of a rollout says who moved a device elsewhere", async () => {
    const { provider } = providerWith("wide");
    losant.setBehaviour(line(1), { kind: "late", afterMs: 200 });
    losant.beforeCall(({ method }, index) => {
      if (method === "GET" && index > 3) moveByAnn(line(1), "v1.2.2");
    });
    const error = await provider.create({ ...inputs, rollout: {} }).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).toContain('(set by user \\"Ann Example\\")');
  });
});

test("a device that somebody else moves while calls are made is named with who moved it", async () => {
  moveByAnn(line(3), "v1.2.2");
  losant.clearCalls();
  losant.beforeCall(({ method }) => {
    if (method === "POST") moveByAnn(line(3), "v1.2.4");
  });
  const { provider, said } = providerWith("wide");
  await provider.create(inputs);
  expect(said.join("\n")).toContain('moved from v1.2.2 to v1.2.4 (by user "Ann Example") while this ran');
});
