// The look-ups in a run without Pulumi: a second front of the package gets plain values and plain errors.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { applicationFor, usableToken } from "../../../provider/lookup/application.js";
import { findEdgeDeployment, findEdgeDeployments } from "../../../provider/lookup/deployments.js";
import { findDevices } from "../../../provider/lookup/devices.js";
import { UserError, withUserErrors } from "../../../provider/lookup/user-error.js";
import { findEdgeWorkflow } from "../../../provider/lookup/workflow.js";
import { settingsFrom } from "../../../provider/settings.js";
import { line, lookupAt, production, telemetry, thrownBy } from "./support.js";

let losant: Simulator;

beforeAll(async () => {
  const seed = demoFleet();
  const deployments = [
    { flowId: telemetry, deviceId: line(1), desiredVersion: "v1.2.3", currentVersion: "v1.2.3" },
    { flowId: telemetry, deviceId: line(2), desiredVersion: "v1.2.4", currentVersion: "v1.2.3" },
  ];
  losant = await startSimulator({
    seed: {
      ...seed,
      applications: seed.applications.map((one) => (one.id === production ? { ...one, deployments } : one)),
    },
  });
});
afterAll(() => losant.close());
afterEach(() => {
  losant.clearFaults();
  jest.restoreAllMocks();
});

describe("what is found is plain", () => {
  test("devices", async () => {
    const found = await findDevices(lookupAt(losant), "getDevices", { tags: [{ key: "ring", value: "canary" }] });
    expect(found).toMatchObject({ applicationId: production, ids: [line(1)], devices: [{ name: "line-1" }] });
  });

  test("a workflow", async () => {
    const found = await findEdgeWorkflow(lookupAt(losant), { name: "Telemetry" });
    expect(found).toMatchObject({ applicationId: production, id: telemetry, name: "Telemetry" });
  });

  test("the versions of a workflow, newest first; of one moment by name", async () => {
    const day = (date: string): string => `2026-05-${date}T00:00:00.000Z`;
    const items = [
      { id: "e00000000000000000000001", version: "v1.9.0", creationDate: day("01") },
      { id: "e00000000000000000000002", version: "v2.0.1", creationDate: day("03") },
      { id: "e00000000000000000000003", version: "v2.0.0", creationDate: day("03") },
      { id: "e00000000000000000000004", version: "v1.8.1", creationDate: day("02") },
    ];
    losant.fault({ operation: "listFlowVersions", status: 200, body: { items, totalCount: items.length } });
    const { versions } = await findEdgeWorkflow(lookupAt(losant), { id: telemetry });
    expect(versions.map(({ version }) => version)).toEqual(["v2.0.0", "v2.0.1", "v1.8.1", "v1.9.0"]);
  });

  test("deployments", async () => {
    const { deployments } = await findEdgeDeployments(lookupAt(losant), { flowId: telemetry });
    expect(deployments.map(({ deviceId, status }) => [deviceId, status])).toEqual(
      expect.arrayContaining([
        [line(1), "deployed"],
        [line(2), "pending"],
      ]),
    );
    const [first] = deployments;
    expect(await findEdgeDeployment(lookupAt(losant), { id: first?.id ?? "" })).toEqual(first);
  });
});

describe("a person's mistake is a UserError", () => {
  test("in the arguments", async () => {
    const error = await thrownBy(() => findDevices(lookupAt(losant), "getDevices", { name: 5 as never }));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe("getDevices: name: 5 is not a device name: give one as a string");
  });

  test("in what they name, and each caller reads its own name", async () => {
    const lookup = lookupAt(losant);
    const tags = [{ key: "ring", value: "canry" }];
    const errors = await Promise.all(
      ["getDevices", "deviceTags"].map((what) => thrownBy(() => findDevices(lookup, what, { tags }))),
    );
    expect(errors.map(({ message }) => message)).toEqual([
      'getDevices: no edge compute device has the tag ring=canry: did you mean "canary"?',
      'deviceTags: no edge compute device has the tag ring=canry: did you mean "canary"?',
    ]);
    expect(errors.every((error) => error instanceof UserError)).toBe(true);
  });

  test.each([
    [
      undefined,
      "getDevices: no application: give applicationId, or `pulumi config set losant:applicationId <id>`, or the environment variable LOSANT_APPLICATION_ID",
    ],
    [
      "plant",
      'getDevices: applicationId: "plant" is not a Losant id, which has 24 hexadecimal digits; open the application in Losant: the id is in its address',
    ],
  ])("in the application %s", async (applicationId, message) => {
    const error = await thrownBy(async () => applicationFor({ applicationId }, "getDevices", undefined));
    expect([error instanceof UserError, error.message]).toEqual([true, message]);
  });

  test("in the settings", async () => {
    const settings = settingsFrom(
      (key) => ({ "losant:replace": "often", "losant:apiToken": "t" })[key],
      () => undefined,
    );
    const error = await thrownBy(async () => usableToken(settings, production));
    expect([error instanceof UserError, error.message]).toEqual([
      true,
      'losant:replace: "often" is neither "exact" nor "never"',
    ]);
  });
});

test("an application that is named wins over the default one, and ids are compared in lower case", () => {
  expect(applicationFor({ applicationId: production }, "getDevices", "AB0000000000000000000001")).toBe(
    "ab0000000000000000000001",
  );
});

describe("an error of Losant", () => {
  const forbidden = () => {
    losant.fault({ path: "/devices", status: 403, body: { type: "Forbidden", message: "no" } });
    return findDevices(lookupAt(losant), "getDevices", {});
  };

  test("becomes a sentence that begins with who asked", async () => {
    const error = await thrownBy(forbidden);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/^getDevices: \S.*devices\.get/);
  });

  test("stays as it is with PULUMI_LOSANT_DEBUG", async () => {
    jest.replaceProperty(process, "env", { ...process.env, PULUMI_LOSANT_DEBUG: "1" });
    const error = await thrownBy(forbidden);
    expect(error).not.toBeInstanceOf(UserError);
    expect(error.message).not.toMatch(/^getDevices/);
  });
});

test("a UserError passes unchanged", async () => {
  const mistake = new UserError("give a name");
  expect(await thrownBy(() => withUserErrors("getDevices", () => Promise.reject(mistake)))).toBe(mistake);
});
