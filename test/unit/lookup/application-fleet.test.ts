// All that an application has on its edge devices, in three listings.
import { afterEach, expect, test } from "@jest/globals";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { readApplicationFleet } from "../../../provider/lookup/application-fleet.js";
import { createCommandLookup } from "../../../provider/lookup/command-lookup.js";
import { UserError } from "../../../provider/lookup/user-error.js";
import { settingsFrom } from "../../../provider/settings.js";
import { lookupAt, telemetry, thrownBy } from "./support.js";

let losant: Simulator;
afterEach(() => losant.close());

const big = fleet({ devices: 2500, flows: 2, running: () => "v1" });
const [place] = big.applications;
const [application, flows] = [place?.id ?? "", place?.flows ?? []];

test("a fleet of thousands is read page by page, each listing once", async () => {
  losant = await startSimulator({ seed: big });
  const { devices, workflows, deployments } = await readApplicationFleet(
    lookupAt(losant, "fleet-token-c0ffee", application),
    application,
  );
  expect([devices?.length, workflows?.length, deployments.length]).toEqual([2500, 2, 2500]);
  expect(losant.calls).toHaveLength(3 + 3 + 1);
});

test("a sensor is no edge device, a workflow of the cloud is no edge workflow", async () => {
  losant = await startSimulator();
  const { devices, workflows } = await readApplicationFleet(lookupAt(losant), "aa0000000000000000000002");
  expect(devices).toHaveLength(12);
  expect(workflows?.map(({ name }) => name).toSorted()).toEqual(["Energy", "Telemetry", "Vibration"]);
});

test("with a workflow, only that one is read", async () => {
  losant = await startSimulator({ seed: big });
  const lookup = lookupAt(losant, "fleet-token-c0ffee", application);
  const found = await readApplicationFleet(lookup, application, flows[1]?.id);
  expect([found.workflows?.map(({ id }) => id), found.deployments]).toEqual([[flows[1]?.id], []]);
});

test("without the scopes for devices and workflows these are left out; without that for deployments it fails", async () => {
  const token = { token: "narrow-token-1", sourceType: "apiToken", sourceId: "a00000000000000000000007" } as const;
  const tokens = [
    { ...token, scopes: ["edgeDeployments.get"] },
    { ...token, token: "wrong-token-1", scopes: ["devices.get", "flows.get"] },
  ];
  losant = await startSimulator({ seed: { ...big, tokens } });
  const found = await readApplicationFleet(lookupAt(losant, "narrow-token-1"), application);
  expect([found.devices, found.workflows, found.deployments.length]).toEqual([undefined, undefined, 2500]);
  const error = await thrownBy(() => readApplicationFleet(lookupAt(losant, "wrong-token-1"), application));
  expect(error.message).toContain("edgeDeployments.get");
});

test("a listing that cannot be read fails, and is not an empty fleet", async () => {
  losant = await startSimulator();
  losant.fault({ operation: "listDevices", status: 404, times: Infinity });
  await expect(readApplicationFleet(lookupAt(losant), "aa0000000000000000000002")).rejects.toThrow("404");
});

test("a command without a program looks up with the settings it has, each answer once; without a token it says so", async () => {
  losant = await startSimulator();
  const env: Record<string, string> = { LOSANT_API_URL: losant.url, LOSANT_API_TOKEN: "demo-user-token" };
  const settings = (name?: string) =>
    settingsFrom(
      () => undefined,
      (key) => (key === name ? undefined : env[key]),
    );
  const lookup = createCommandLookup(settings());
  for (const _time of [1, 2]) await readApplicationFleet(lookup, "aa0000000000000000000002", telemetry);
  expect(losant.calls.filter(({ path }) => path.endsWith("/edge/deployments"))).toHaveLength(1);
  const error = await thrownBy(() =>
    readApplicationFleet(createCommandLookup(settings("LOSANT_API_TOKEN")), "aa0000000000000000000002"),
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toContain("LOSANT_API_TOKEN");
});
