import { describe, expect, test } from "@jest/globals";
import { toJSON } from "../../../sdk/pipeline/report/json.js";
import { toMarkdown } from "../../../sdk/pipeline/report/markdown.js";
import { report as schema } from "../../../sdk/pipeline/report/schemas.js";
import type { Report } from "../../../sdk/pipeline/report/results.js";
import type { PlannedResource } from "../../../sdk/pipeline/report/resource-results.js";
import { change, deployed, deployResult, drifted, driftReport, ENVELOPE, failure, health } from "./results.js";
import { device } from "./support.js";

const trouble = { code: "locked", message: "stack production is locked" } as const;

const unknownPlan: PlannedResource = {
  urn: change.urn,
  name: "telemetry",
  applicationId: "[unknown]",
  flowId: "f",
  op: "create",
  moved: [{ to: "v2", deviceIds: [device(0), device(1)] }],
  unknown: ["deviceIds"],
};

const JUDGED = {
  settleSeconds: 60,
  devices: 12,
  errors: { count: 3, devices: 1, max: 5 },
  failedRuns: { runs: 900, failed: 4, max: 2 },
  baseline: true,
} as const;

const REPORTS: Record<string, Report> = {
  drift: driftReport({ clean: false, resources: [drifted(2)], changes: [change] }),
  "drift, not all of it known": driftReport({
    clean: false,
    resources: [health({ unverified: true, secret: ["version"], version: "[secret]" })],
    warnings: ["look"],
  }),
  "a plan, not all of it known": deployResult({
    outcome: "refused",
    refusal: { gate: "maxDevices", reason: "unknown" },
    plan: { resources: [unknownPlan], devicesMoved: 2, devicesUnknown: true, otherChanges: [] },
    writeCalls: 0,
  }),
  "unreadable stack": driftReport({ problem: trouble, resources: [] }),
  deploy: deployResult(),
  "a judged deploy": deployResult({ resources: [deployed({ judged: JUDGED })] }),
  refused: deployResult({ outcome: "refused", refusal: { gate: "maxDevices", reason: "too many" } }),
  promote: {
    ...ENVELOPE,
    kind: "promote",
    outcome: "stopped",
    stages: [deployResult({ stack: "staging" })],
    holds: [{ after: "staging", outcome: "stopped", reason: "1 device failed", seconds: 30 }],
    notReached: ["production"],
  },
  "drift of several": { ...ENVELOPE, kind: "driftSummary", clean: true, stacks: [driftReport(), driftReport()] },
  "several deployed": { ...ENVELOPE, kind: "deploySummary", stacks: [deployResult()] },
};

test("Markdown says what a rollout was judged on, and on what numbers", () => {
  const page = toMarkdown(deployResult({ resources: [deployed({ judged: JUDGED }), deployed()] }));
  expect(page).toContain(
    "Judged on:\n\n- `telemetry`: 12 devices watched for 60 s each: 3 errors on 1 of them (5 more than before a device allowed); " +
      "up to 4 of 900 runs failed (2 % more than before a device allowed)",
  );
  expect(toMarkdown(deployResult())).not.toContain("Judged on");
});

describe("JSON", () => {
  test.each(Object.entries(REPORTS))("%s is what its schema reads back", (_name, report) => {
    expect(schema.parse(JSON.parse(toJSON(report)))).toEqual(report);
  });

  test("begins with its schema and version, and ends with a newline", () => {
    expect(toJSON(driftReport())).toMatch(/^\{\n {2}"schema": "pulumi-losant\/pipeline",\n {2}"version": 1,[^]*\}\n$/);
  });

  test("holds nothing that the schema does not know", () => {
    const report = { ...driftReport(), apiToken: "s3cret" };
    expect(toJSON(report)).not.toContain("s3cret");
  });

  test("of another version is not taken for this one", () => {
    const text = toJSON(driftReport()).replace('"version": 1', '"version": 2');
    expect(() => schema.parse(JSON.parse(text))).toThrow(/at version/);
  });
});

describe("Markdown", () => {
  test("a clean stack is a line and a table", () => {
    expect(toMarkdown(driftReport())).toBe(
      [
        "## production: clean ✅",
        "",
        "|  | resource | workflow | version | devices | drifted | failed | not there yet |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| ✅ | `telemetry` | `f00000000000000000000000` | `v1` | 40 | 0 | 0 | 0 |",
        "",
      ].join("\n"),
    );
  });

  test("drift names device, versions and who; a device's name is text, never markup or the end of a cell", () => {
    const page = toMarkdown(driftReport({ clean: false, resources: [drifted(1)] }));
    expect(page).toContain("## production: 1 device drifted");
    expect(page).toContain(`| \`telemetry\` | line\\|3 &lt;b> \`${device(0)}\` | \`v1\` | \`v3\` | user olga\\_b |`);
  });

  test("a long list is folded away under its count", () => {
    expect(toMarkdown(driftReport({ clean: false, resources: [drifted(19)] }))).not.toContain("<details>");
    expect(toMarkdown(driftReport({ clean: false, resources: [drifted(20)] }))).toContain(
      "<details><summary>Drift: 20</summary>\n\n| resource |",
    );
  });

  test("what a stopped run left is told apart from what somebody did", () => {
    const entry = { deviceId: device(0), expected: "v2", actual: "v1", unfinished: true };
    const page = toMarkdown(driftReport({ clean: false, resources: [health({ drift: [entry] })] }));
    expect(page).toContain("## production: 1 device left by an unfinished run");
    expect(page).toContain("unfinished run |");
  });

  test("other changes that are waiting are listed, those that only mend drift are not", () => {
    const bucket = { ...change, urn: "urn:bucket", name: "bucket", type: "aws:s3:Bucket", op: "create" };
    const page = toMarkdown(driftReport({ clean: false, resources: [drifted(1)], changes: [change, bucket] }));
    expect(page).toContain("<summary>`pulumi up` would also change 1</summary>\n\n- create `bucket`");
    expect(page).not.toContain("update `telemetry`");
  });

  test("a deployment shows calls, counts and the devices folded away", () => {
    const page = toMarkdown(deployResult());
    expect(page).toContain("## production: deployed (4.2 s)");
    expect(page).toContain(
      "| ✅ | `telemetry` | `f00000000000000000000000` | update | `v1` → `v2` | 2 | 0 | 0 | 0 |  |",
    );
    expect(page).toContain(
      "<details><summary>Calls: 1</summary>\n\n- `telemetry`: replace v1 -> v2: moves 2 devices, all owned",
    );
    expect(page).toContain(`<details><summary>telemetry: 2 devices moved, v1 → v2</summary>\n\n\`${device(0)}\``);
    expect(page).toContain("<summary>1 other change</summary>");
  });

  test("failed devices stand in a table of their own, with Losant's words", () => {
    const page = toMarkdown(deployResult({ resources: [deployed({ failed: [failure], reasons: ["1 of 2 failed"] })] }));
    expect(page).toContain("| ❌ | `telemetry` | `f00000000000000000000000` | update, failed |");
    expect(page).toContain(`| \`telemetry\` | line-9 \`${device(9)}\` | \`v2\` | agent too old |`);
  });

  test("a refusal says which gate, why, and that nothing was moved", () => {
    const refusal = { gate: "maxDevices", reason: "this run would move 2 devices" } as const;
    const page = toMarkdown(deployResult({ outcome: "refused", refusal, resources: [] }));
    expect(page).toContain("**Refused by `maxDevices`**, nothing was moved.\n\n> this run would move 2 devices");
  });

  test("a promotion says how far it came", () => {
    const page = toMarkdown(REPORTS["promote"] ?? driftReport());
    expect(page).toContain("# Promotion stopped: staging deployed, production not reached");
    expect(page).toContain("Hold after staging: stopped (30 s): 1 device failed");
  });

  test("a stack that cannot be read is never shown as clean", () => {
    const page = toMarkdown(driftReport({ problem: trouble, resources: [] }));
    expect(page).toBe("## production: not known ❌\n\n> stack production is locked\n");
  });

  describe("a plan", () => {
    const refused = (...resources: PlannedResource[]) =>
      toMarkdown(
        deployResult({
          outcome: "refused",
          refusal: { gate: "maxDevices", reason: "too many" },
          plan: { resources, devicesMoved: 0, otherChanges: [] },
        }),
      );

    test("shows a count that is not known as unknown, with the property", () => {
      expect(refused(unknownPlan)).toContain("| create | unknown | unknown, at least 2 (`deviceIds`) |");
      expect(refused({ ...unknownPlan, moved: [] })).toContain("| create | unknown | unknown (`deviceIds`) |");
    });

    test("shows what a deleted resource stops, keeps and hands over", () => {
      const { unknown: _, ...known } = unknownPlan;
      const ids = [device(0), device(1)];
      const stopped = { ...known, op: "delete", moved: [{ from: "v1", to: null, deviceIds: ids }] };
      expect(refused(stopped)).toContain("| delete | `v1` → not deployed | 2 |  |");
      expect(refused({ ...known, op: "delete", moved: [], retainedDeviceIds: ids })).toContain(
        "| delete | nothing moves | 0 | 2 devices keep the workflow (retainOnDelete) |",
      );
      expect(refused({ ...known, op: "delete", moved: [], handedOverDeviceIds: [device(0)] })).toContain(
        "| delete | nothing moves | 0 | 1 device handed over |",
      );
    });
  });

  test("secret devices are counted, not listed", () => {
    const moved = [{ from: null, to: "[secret]", deviceIds: ["[secret]", "[secret]"] }];
    const page = toMarkdown(deployResult({ resources: [deployed({ moved, version: "[secret]" })] }));
    expect(page).toContain("telemetry: 2 devices moved, not deployed → [secret]</summary>");
    expect(page).toContain("2 devices with a secret id");
  });

  test("a call for several resources says so, and the calls of the run are counted", () => {
    const calls = [{ verb: "replace", why: "replace v1 -> v2", shared: 2, call: 1 }];
    const page = toMarkdown(deployResult({ resources: [deployed({ calls }), deployed({ calls })], writeCalls: 1 }));
    expect(page).toContain("- `telemetry`: replace v1 -> v2 (one call for 2 resources)");
    expect(page).toContain("Write calls of the run: 1, some of them for several resources.");
    expect(toMarkdown(deployResult({ writeCalls: 1 }))).not.toContain("Write calls");
  });

  test("a warning is shown, whatever came out", () => {
    const warnings = ["the state holds 1 create"];
    const refusal = { gate: "maxDevices", reason: "too many" } as const;
    for (const report of [
      driftReport({ warnings }),
      deployResult({ warnings }),
      deployResult({ outcome: "refused", refusal, warnings }),
    ]) {
      expect(toMarkdown(report)).toContain("**Warning**: the state holds 1 create");
    }
  });

  test("a resource that could not be looked at is never shown as clean", () => {
    const page = toMarkdown(driftReport({ clean: false, resources: [health({ unverified: true })] }));
    expect(page).toContain("## production: not all is known");
    expect(page).toContain("`telemetry`: not known, the last run could not look at Losant");
  });
});
