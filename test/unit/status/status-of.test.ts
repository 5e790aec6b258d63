// What runs where: from Losant's listings and the states of stacks to states, owners and counts.
import { describe, expect, test } from "@jest/globals";
import type { DeploymentLog, EdgeDeploymentRow } from "../../../provider/losant/types.js";
import type { Inputs } from "../../../provider/resource/inputs.js";
import type { Drift, Saved } from "../../../provider/resource/state.js";
import type { StatusCell } from "../../../sdk/status/fleet-status.js";
import type { Owner } from "../../../sdk/status/owners.js";
import { fleetStatusOf } from "../../../sdk/status/status-of.js";
import type { FleetFacts } from "../../../sdk/status/status-of.js";

const NOW = new Date("2026-11-26T14:00:00Z");
const APPLICATION = "a00000000000000000000001";
const [FLOW, OTHER] = ["f00000000000000000000001", "f00000000000000000000002"];
const [ONE, TWO, THREE] = ["d00000000000000000000001", "d00000000000000000000002", "d00000000000000000000003"];
const at = (minute: number): string => new Date(NOW.getTime() - 60_000 * (60 - minute)).toISOString();

const wanted = (minute: number, newValue: string | null, by: Partial<DeploymentLog> = {}): DeploymentLog => ({
  sourceType: "user",
  sourceId: "5b0044f0a3a3b90006c0a5e1",
  ...by,
  date: at(minute),
  changeType: "desired",
  newValue,
  previousValue: "v0",
});
const reported = (minute: number, newValue: string | null, rest: Partial<DeploymentLog> = {}): DeploymentLog => ({
  date: at(minute),
  changeType: "current",
  newValue,
  previousValue: "v0",
  ...rest,
});

const row = (deviceId: string, fields: Partial<EdgeDeploymentRow> = {}): EdgeDeploymentRow => ({
  id: `${deviceId}${fields.flowId ?? FLOW}`,
  deviceId,
  flowId: FLOW,
  flowName: "Telemetry",
  desiredVersion: "v1",
  currentVersion: "v1",
  logs: [],
  ...fields,
});

const facts = (deployments: readonly EdgeDeploymentRow[], rest: Partial<FleetFacts> = {}): FleetFacts => ({
  applicationId: APPLICATION,
  devices: [ONE, TWO].map((id) => ({ id, name: `line-${id.slice(-1)}`, tags: [], connected: true })),
  workflows: [{ id: FLOW, name: "Telemetry" }],
  deployments,
  ...rest,
});

const owner = (inputs: Partial<Inputs>, rest: Partial<Saved> = {}, drift: readonly Drift[] = []): Owner => ({
  name: "production: telemetry",
  saved: {
    inputs: { applicationId: APPLICATION, flowId: FLOW, version: "v1", deviceIds: [ONE], ...inputs },
    leaving: [],
    ...rest,
  },
  drift,
});

function statusWith(
  deployments: readonly EdgeDeploymentRow[],
  owners: readonly Owner[] = [],
  rest: Partial<FleetFacts> = {},
) {
  const status = fleetStatusOf({ applications: [facts(deployments, rest)], owners: { owners, notes: [] }, now: NOW });
  const [application] = status.applications;
  if (application === undefined) throw new Error("no application");
  const cell = (deviceId: string, flowId = FLOW): StatusCell | undefined =>
    application.devices.find(({ id }) => id === deviceId)?.cells.find((one) => one.flowId === flowId);
  return { status, application, cell };
}

describe("one workflow on one device is", () => {
  test("as wanted, with since when, by whom, and since when it runs", () => {
    const logs = [wanted(1, "v1"), reported(2, "v1"), reported(9, "v1")];
    expect(statusWith([row(ONE, { logs })]).cell(ONE)).toEqual({
      flowId: FLOW,
      state: "deployed",
      wanted: "v1",
      running: "v1",
      since: at(1),
      by: "user 5b0044f0a3a3b90006c0a5e1",
      runningSince: at(2),
    });
  });

  test("as wanted, where Losant's log says neither when nor by whom: then nothing is said of it", () => {
    expect(statusWith([row(ONE)]).cell(ONE)).toEqual({ flowId: FLOW, state: "deployed", wanted: "v1", running: "v1" });
  });

  test("pending while the device runs something else, older content, or what is to be removed", () => {
    const state = (fields: Partial<EdgeDeploymentRow>) => statusWith([row(ONE, fields)]).cell(ONE);
    expect(state({ desiredVersion: "v2" })).toMatchObject({ state: "pending", wanted: "v2", running: "v1" });
    expect(state({ desiredVersion: null })).toMatchObject({ state: "pending", wanted: null, running: "v1" });
    expect(state({ desiredEtag: "new", currentEtag: "old" })).toMatchObject({ state: "pending", olderContent: true });
  });

  test("failed, with the device's error and since when; the version that it runs was reported before", () => {
    const failure = { attemptedValue: "v2", error: "no modbus" };
    const logs = [reported(1, "v1"), wanted(2, "v2"), reported(3, "v1", failure), reported(4, "v1", failure)];
    expect(statusWith([row(ONE, { desiredVersion: "v2", logs })]).cell(ONE)).toMatchObject({
      state: "failed",
      failure: { error: "no modbus", at: at(3) },
      runningSince: at(1),
    });
  });

  test("drifted where Losant wants another version than the stack declares, or none at all", () => {
    const moved = statusWith([row(ONE, { desiredVersion: "v9", currentVersion: "v9" })], [owner({})]);
    expect(moved.cell(ONE)).toMatchObject({
      state: "drifted",
      declared: "v1",
      wanted: "v9",
      owners: ["production: telemetry"],
    });
    const gone = statusWith([row(TWO)], [owner({ deviceIds: [ONE, TWO] })]);
    expect(gone.cell(ONE)).toMatchObject({ state: "drifted", declared: "v1", wanted: null, running: null });
    expect(gone.cell(TWO)).toMatchObject({ state: "deployed" });
  });

  test("drifted where an exclusive resource finds the workflow on another device", () => {
    const { cell } = statusWith([row(ONE), row(TWO)], [owner({ exclusive: true })]);
    expect(cell(TWO)).toMatchObject({ state: "drifted", declared: null, owners: ["production: telemetry"] });
  });

  test("not drifted where the program ignores changes of the version", () => {
    const { cell } = statusWith(
      [row(ONE, { desiredVersion: "v9", currentVersion: "v9" })],
      [owner({}, { facts: { ignoresVersion: true } })],
    );
    expect(cell(ONE)).toMatchObject({ state: "deployed", wanted: "v9" });
  });

  test("pending, and not drifted, where a stopped rollout has not reached it; drifted once somebody moves it", () => {
    const left = { deviceId: ONE, expectedVersion: "v2", desiredVersion: "v1", unfinished: true } as const;
    const resource = owner({ version: "v2" }, { unfinished: true }, [left]);
    expect(statusWith([row(ONE)], [resource]).cell(ONE)).toMatchObject({
      state: "pending",
      declared: "v2",
      unfinished: true,
    });
    const moved = statusWith([row(ONE, { desiredVersion: "v3", currentVersion: "v3" })], [resource]).cell(ONE);
    expect(moved).toMatchObject({ state: "drifted", declared: "v2" });
    expect(moved).not.toHaveProperty("unfinished");
  });

  test("failed rather than drifted: that is the worse of both, and what is declared is still said", () => {
    const logs = [wanted(1, "v2"), reported(2, "v1", { attemptedValue: "v2", error: "no modbus" })];
    const { cell, application } = statusWith([row(ONE, { desiredVersion: "v2", logs })], [owner({})]);
    expect(cell(ONE)).toMatchObject({ state: "failed", declared: "v1" });
    expect(application.counts).toMatchObject({ failed: 1, drifted: 0 });
  });
});

describe("owners", () => {
  test("are compared in lower case, and several of one device are all named", () => {
    const upper = owner({ applicationId: APPLICATION.toUpperCase(), flowId: FLOW.toUpperCase() });
    const { cell } = statusWith([row(ONE)], [upper, { ...owner({}), name: "staging: telemetry" }]);
    expect(cell(ONE)?.owners).toEqual(["production: telemetry", "staging: telemetry"]);
  });

  test("of another application or of a workflow that was not read say nothing", () => {
    const elsewhere = owner({ applicationId: "a00000000000000000000009" });
    const other = owner({ flowId: OTHER });
    expect(statusWith([row(TWO)], [elsewhere]).cell(ONE)).toBeUndefined();
    const input = { applications: [facts([row(TWO)])], owners: { owners: [other], notes: [] }, now: NOW };
    const cells = (flowId?: string) =>
      fleetStatusOf({ ...input, flowId }).applications[0]?.devices.flatMap((device) =>
        device.cells.map((one) => one.flowId),
      );
    expect(cells(FLOW)).toEqual([FLOW]);
    expect(cells()?.toSorted()).toEqual([FLOW, OTHER]);
  });

  test("keep a device that is to lose the workflow until it has lost it", () => {
    const { cell } = statusWith([row(TWO)], [owner({}, { leaving: [TWO] })]);
    expect(cell(TWO)).toMatchObject({ state: "drifted", declared: null });
    const removed = row(TWO, { desiredVersion: null });
    expect(statusWith([removed], [owner({}, { leaving: [TWO] })]).cell(TWO)).toMatchObject({
      state: "pending",
      owners: ["production: telemetry"],
    });
  });
});

describe("the fleet", () => {
  test("shows devices without a workflow, devices that Losant does not list, and what it does not know of them", () => {
    const { application } = statusWith([row(TWO)], [owner({ deviceIds: [THREE] })], {
      devices: [
        { id: ONE, name: "line-1", tags: [{ key: "hall", value: "a" }], connected: false, edgeAgentVersion: "1.36.0" },
        { id: TWO.toUpperCase(), tags: [] },
      ],
    });
    expect(application.devices.map(({ cells: _cells, ...device }) => device)).toEqual([
      { id: THREE, missing: true },
      { id: TWO },
      { id: ONE, name: "line-1", online: false, agent: "1.36.0", tags: ["hall=a"] },
    ]);
    expect(application.counts).toEqual({
      devices: 3,
      failed: 0,
      drifted: 1,
      pending: 0,
      deployed: 1,
      empty: 1,
      offline: 1,
    });
  });

  test("without the scopes for devices and workflows shows what the deployments say, and says what is missing", () => {
    const { status, application } = statusWith([row(ONE, { deviceName: "line-1", connected: false })], [], {
      devices: undefined,
      workflows: undefined,
    });
    expect(application.devices).toMatchObject([{ id: ONE, name: "line-1", online: false }]);
    expect(application.workflows).toEqual([{ id: FLOW, name: "Telemetry" }]);
    expect(status.notes).toEqual([expect.stringMatching(/devices\.get/), expect.stringMatching(/flows\.get/)]);
  });

  test("does not call a device missing that has a deployment, though the listing of devices lacks it", () => {
    const { application } = statusWith([row(THREE, { deviceName: "line-3" })]);
    expect(application.devices[0]).toMatchObject({ id: THREE, name: "line-3" });
    expect(application.devices[0]).not.toHaveProperty("missing");
  });

  test("leaves out what was removed: neither wanted nor running", () => {
    const { application } = statusWith([row(ONE, { desiredVersion: null, currentVersion: null })]);
    expect(application.devices.flatMap(({ cells }) => cells)).toEqual([]);
  });
});
