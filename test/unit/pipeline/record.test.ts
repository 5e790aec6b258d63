import { describe, expect, test } from "@jest/globals";
import { recordIn, recordLine } from "../../../provider/messages/run-record.js";
import type { RunRecord } from "../../../provider/messages/run-record.js";
import { deployedIn } from "../../../sdk/pipeline/engine/deployed.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { device, ID, moved, said, state, step, urn } from "./support.js";

const groups = [{ from: "v1", to: null, deviceIds: [device(0), "[secret]", "[secret]"] }];
const names = { [device(0)]: "line-0" };

const RECORDS: readonly RunRecord[] = [
  {
    kind: "applied",
    id: ID,
    calls: [
      { verb: "replace", why: "w" },
      { verb: "remove", why: "w", shared: 3, call: 0 },
    ],
    moved: groups,
    names,
  },
  { kind: "batch", id: ID, version: "v1", batch: 1, batches: 2, deviceIds: [device(0)] },
  { kind: "reached", id: ID, devices: [{ deviceId: device(0), version: null, error: "late" }] },
  { kind: "found", id: ID, gone: true, drift: [moved(0, "v1", null)], names },
  { kind: "judged", id: ID, settleSeconds: 60, devices: 2 },
  { kind: "stopped", by: "anna@laptop" },
  { kind: "planned", urn: urn("telemetry"), calls: ["a call"], moved: groups },
  { kind: "problems", id: ID, version: "v1", devices: [{ deviceId: device(0), error: "late", at: "then" }], names },
];

test.each(RECORDS.map((record) => [record.kind, record] as const))(
  "a record (%s) is what is read back",
  (_kind, record) => {
    expect(recordIn(recordLine(record))).toEqual(record);
  },
);

describe("what is no record is ignored", () => {
  test.each(RECORDS.flatMap((record) => Object.keys(record).map((key) => [record.kind, key, record] as const)))(
    "a record (%s) without %s",
    (_kind, key, record) => {
      expect(recordIn(recordLine({ ...record, [key]: undefined }))).toBeUndefined();
    },
  );

  test.each([
    ["another line", "released v1"],
    ["text that is no JSON", "pulumi-losant record {"],
    ["null", "pulumi-losant record null"],
    ["another kind", 'pulumi-losant record {"kind":"later","id":"x"}'],
    ["a list that holds something else", recordLine({ ...RECORDS[0], moved: [{ from: "v1", to: 2 }] } as never)],
    ["a call that nobody makes", recordLine({ ...RECORDS[0], calls: [{ verb: "drop", why: "w" }] } as never)],
  ])("%s", (_what, line) => {
    expect(recordIn(line)).toBeUndefined();
  });

  test("and a report is made without it", () => {
    const broken = said("debug", `pulumi-losant record {"kind":"applied","id":"${ID}"}`);
    const facts = engineFacts([broken, step("update", state({}), state({ version: "v2" }))]);
    expect(deployedIn(facts)).toMatchObject([{ op: "update", calls: [], moved: [] }]);
  });
});
