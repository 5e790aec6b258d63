import { describe, expect, test } from "@jest/globals";
import { bench } from "./support.js";
import type { Bench, Json } from "./support.js";

const NOW = Date.parse("2027-01-15T08:00:00.000Z");
const options = { clock: () => NOW, reportDelayMs: 0 };
const at = (seconds: number) => new Date(NOW - seconds * 1000);

async function errorsOf(losant: Bench, version: string, search = ""): Promise<string[]> {
  const { body } = await losant.get(`/flows/${losant.flow()}/versions/${version}/errors${search}`);
  return (body["errors"] as Json[]).map(({ error }) => (error as { message: string }).message);
}

describe("a device that throws", () => {
  test("runs the version, and its errors are those of the version on that device", async () => {
    await using losant = await bench({
      ...options,
      device: (number) =>
        number === 1
          ? { behaviour: { kind: "throwing", message: "no PLC", versions: ["v2"], times: 2, nodeLabel: "Read PLC" } }
          : {},
    });
    await losant.release("v1", 0, 1);
    expect([await errorsOf(losant, "v1"), await errorsOf(losant, "v2")]).toEqual([[], []]);
    await losant.release("v2", 0, 1);
    expect(losant.versions()).toEqual({ 0: "v2>v2", 1: "v2>v2" });
    expect(await errorsOf(losant, "v2")).toEqual(["no PLC", "no PLC"]);
    expect(await errorsOf(losant, "v2", `?deviceId=${losant.device(0)}`)).toEqual([]);
    const { body } = await losant.get(`/flows/${losant.flow()}/versions/v2/errors?limit=1`);
    expect(body["errors"]).toMatchObject([
      { deviceId: losant.device(1), deviceName: "device-1", flowVersion: "v2", nodeLabel: "Read PLC" },
    ]);
  });
});

describe("errors of a version", () => {
  async function thrown(): Promise<Bench> {
    const losant = await bench({ ...options, running: () => "v1" });
    const place = { applicationId: losant.app, flowId: losant.flow(), deviceId: losant.device(0), version: "v1" };
    for (const seconds of [30, 10, 20]) {
      losant.simulator.throwError({ ...place, message: `${seconds} s ago`, time: at(seconds) });
    }
    return losant;
  }

  test.each([
    ["the newest first", "", ["10 s ago", "20 s ago", "30 s ago"]],
    ["the oldest first", "?sortDirection=asc", ["30 s ago", "20 s ago", "10 s ago"]],
    ["so many", "?limit=2", ["10 s ago", "20 s ago"]],
    ["of so long", "?duration=20000", ["10 s ago", "20 s ago"]],
    ["up to a moment", `?end=${NOW - 15_000}`, ["20 s ago", "30 s ago"]],
    ["up to now, which 0 means", "?end=0&limit=1", ["10 s ago"]],
  ])("%s", async (_name, search, expected) => {
    await using losant = await thrown();
    expect(await errorsOf(losant, "v1", search)).toEqual(expected);
  });

  test.each([
    ["?limit=0", 400],
    ["?duration=soon", 400],
    ["?page=1", 400],
  ])("%s is refused", async (search, status) => {
    await using losant = await thrown();
    expect((await losant.get(`/flows/${losant.flow()}/versions/v1/errors${search}`)).status).toBe(status);
  });

  test("of a version that does not exist, and without the scope", async () => {
    const narrow = {
      token: "narrow",
      sourceType: "apiToken",
      sourceId: "c".repeat(24),
      scopes: ["flowVersion.get"],
    } as const;
    await using losant = await bench({ ...options, seed: (seed) => ({ ...seed, tokens: [...seed.tokens, narrow] }) });
    const path = `/flows/${losant.flow()}/versions`;
    expect((await losant.get(`${path}/v99/errors`)).status).toBe(404);
    expect((await losant.get(`${path}/v1/errors`, "narrow")).status).toBe(403);
  });
});
