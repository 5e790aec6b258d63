import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { adoptionOf, importFileOf, programOf } from "../../../sdk/cli/adoption.js";
import type { EdgeDeploymentRow } from "../../../provider/losant/types.js";
import { APPLICATION, device } from "./support.js";

const flow = (number: number): string => `f${String(number).padStart(23, "0")}`;

function row(overrides: Partial<EdgeDeploymentRow> = {}): EdgeDeploymentRow {
  const version = overrides.desiredVersion === undefined ? "v1" : overrides.desiredVersion;
  return {
    id: "e1",
    deviceId: device(0),
    flowId: flow(0),
    flowName: "Telemetry",
    deviceName: "line-0",
    currentVersion: version,
    desiredVersion: version,
    logs: [],
    ...overrides,
  };
}

const names = (...rows: EdgeDeploymentRow[]): string[] =>
  adoptionOf(APPLICATION, rows).resources.map(({ name }) => name);

describe("a resource is the devices of one flow at one version", () => {
  test("in the order of names, devices sorted", () => {
    const rows = [
      row({ deviceId: device(2) }),
      row({ deviceId: device(1) }),
      row({ flowId: flow(1), flowName: "Energy" }),
    ];
    expect(adoptionOf(APPLICATION, rows).resources.map(({ name, inputs }) => ({ name, ...inputs }))).toEqual([
      { name: "energy", applicationId: APPLICATION, flowId: flow(1), version: "v1", deviceIds: [device(0)] },
      {
        name: "telemetry",
        applicationId: APPLICATION,
        flowId: flow(0),
        version: "v1",
        deviceIds: [device(1), device(2)],
      },
    ]);
  });

  test("several versions of a flow are several resources, named for them, 9 before 10", () => {
    const at = (version: string, number: number) => row({ desiredVersion: version, deviceId: device(number) });
    expect(names(at("v1.10", 0), at("v1.9", 1))).toEqual(["telemetry-v1-9", "telemetry-v1-10"]);
  });

  test("the version is the desired one, whatever the device still runs", () => {
    expect(
      adoptionOf(APPLICATION, [row({ desiredVersion: "v2", currentVersion: "v1" })]).resources[0]?.inputs.version,
    ).toBe("v2");
  });
});

describe("names", () => {
  test("are made of letters that every name may have; without a flow's name its id does", () => {
    expect(names(row({ flowName: "Übergabe / Linie #3" }))).toEqual(["ubergabe-linie-3"]);
    expect(names(row({ flowName: undefined }))).toEqual(["flow-000000"]);
    expect(names(row({ flowName: "流量" }))).toEqual(["flow-000000"]);
  });

  test("of two flows with one name differ", () => {
    expect(names(row(), row({ flowId: flow(1) }))).toEqual(["telemetry", "telemetry-2"]);
  });
});

test("custom nodes and scheduled removals stay out, and are told", () => {
  const { resources, left } = adoptionOf(APPLICATION, [
    row({ flowClass: "customNode", flowId: flow(7) }),
    row({ desiredVersion: null, currentVersion: "v1" }),
    row({ desiredVersion: null, currentVersion: null, deviceId: device(1) }),
  ]);
  expect(resources).toEqual([]);
  expect(left).toEqual([
    "Telemetry: 1 about to lose the workflow (removal is scheduled)",
    "1 deployments of custom nodes: Losant deploys them along with their workflows",
  ]);
});

test("the program's comments name flows and devices, and no name gets out of its comment", () => {
  const rows = [row({ flowName: "Tele\nmetry", deviceName: "a\r\nprocess.exit() //\u2028x" })];
  const program = programOf(APPLICATION, adoptionOf(APPLICATION, rows));
  expect(program).toContain(`flowId: "${flow(0)}", // Tele metry`);
  expect(program).toContain(`"${device(0)}", // a process.exit() // x`);
});

test("whatever versions and names are called, the program is the same fleet", () => {
  const version = fc.string({ minLength: 1, maxLength: 30, unit: "binary" });
  const rows = fc.array(fc.record({ version, name: fc.string({ unit: "binary" }), number: fc.nat(30) }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(rows, (given) => {
      const unique = [...new Map(given.map((entry) => [entry.number, entry])).values()];
      const adoption = adoptionOf(
        APPLICATION,
        unique.map(({ version: desiredVersion, name, number }) =>
          row({ desiredVersion, flowName: name, deviceName: name, deviceId: device(number) }),
        ),
      );
      const declared: unknown[] = [];
      const program = programOf(APPLICATION, adoption).replace(/^import .*$/m, "");
      // The program is plain JavaScript but for its import.
      new Function("losant", program)({
        EdgeDeployment: class {
          constructor(name: string, args: object) {
            declared.push({ name, ...args });
          }
        },
      });
      expect(declared).toEqual(adoption.resources.map(({ name, inputs }) => ({ name, ...inputs })));
      const imported = JSON.parse(importFileOf(adoption, "code")) as { resources: { name: string; inputs: object }[] };
      expect(imported.resources.map(({ name, inputs }) => ({ name, ...inputs }))).toEqual(
        adoption.resources.map(({ name, inputs }) => ({ name, ...inputs, __provider: "code" })),
      );
    }),
    { numRuns: 200 },
  );
});
