// Devices by id: what many resources ask at one moment shares the calls.
import { afterEach, describe, expect, test } from "@jest/globals";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { createDeviceReader } from "../../../provider/lookup/device-reader.js";
import type { DeviceReader } from "../../../provider/lookup/device-reader.js";
import { lookupAt } from "./support.js";

const applicationId = "a00000000000000000000001";
const id = (number: number): string => `d${String(number).padStart(23, "0")}`;
const ids = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => id(from + index));

let losant: Simulator;

async function readerOf(devices: number): Promise<DeviceReader> {
  const device = (number: number) => (number === 0 ? { deviceClass: "standalone" } : {});
  losant = await startSimulator({ seed: fleet({ devices, device }) });
  const lookup = lookupAt(losant, "fleet-token-c0ffee", applicationId);
  return createDeviceReader(await lookup.client(applicationId), applicationId);
}
afterEach(() => losant.close());

describe("few devices", () => {
  test("are one call, whichever resources ask for them", async () => {
    const reader = await readerOf(9);
    const [one, two] = await Promise.all([reader.read(ids(3)), reader.read(ids(3, 2))]);
    expect([...one].map(([, device]) => device?.name)).toEqual(["device-0", "device-1", "device-2"]);
    expect([...two.keys()]).toEqual(ids(3, 2));
    expect(losant.calls).toHaveLength(1);
  });

  test("are one call, also where a resource asks later in the same turn of the event loop", async () => {
    const reader = await readerOf(9);
    const one = reader.read(ids(3));
    for (let tick = 0; tick < 5; tick += 1) await new Promise<void>((resolve) => process.nextTick(resolve));
    await Promise.all([one, reader.read(ids(3, 2))]);
    expect(losant.calls).toHaveLength(1);
  });

  test("are not read again", async () => {
    const reader = await readerOf(9);
    await reader.read(ids(3));
    await reader.read(ids(4));
    const asked = losant.calls.map(({ query }) => query["query"]);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain(id(3));
    expect(asked[1]).not.toContain(id(2));
  });

  test("of any class are found, and those that do not exist are undefined", async () => {
    const reader = await readerOf(2);
    const found = await reader.read([id(0), id(7)]);
    expect(found.get(id(0))?.deviceClass).toBe("standalone");
    expect([...found.keys()]).toEqual([id(0), id(7)]);
    expect(found.get(id(7))).toBeUndefined();
  });
});

test("more than 300 devices are one listing of the edge devices; only the rest is asked for by id", async () => {
  const reader = await readerOf(320);
  const [most, rest] = await Promise.all([reader.read(ids(200)), reader.read([...ids(110, 200), id(999)])]);
  expect([...most.values(), ...rest.values()].filter((device) => device === undefined)).toHaveLength(1);
  const asked = losant.calls.map(({ query }) => query["query"] ?? "");
  expect(asked).toHaveLength(2);
  expect(asked[0]).toContain("edgeCompute");
  // A standalone device, and one that does not exist.
  expect(asked[1]).toMatch(new RegExp(`${id(0)}.*${id(999)}`));
  expect(asked[1]).not.toContain(id(1));

  // What the listing showed is known from then on, also of devices that nothing asked for.
  expect((await reader.read(ids(5, 312))).get(id(312))?.name).toBe("device-312");
  expect(losant.calls).toHaveLength(2);
});
