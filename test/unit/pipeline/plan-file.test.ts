// The plan file: its schema, its size, and no token in it, wherever one may come from.
import { expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { planFileOf } from "../../../sdk/pipeline/engine/plan-contents.js";
import { planIn } from "../../../sdk/pipeline/engine/planned.js";
import { planFile } from "../../../sdk/cli/plan.js";
import {
  MAX_PLAN_BYTES,
  PLAN_FILE_VERSION,
  planFrom,
  planJsonSchema,
  planText,
} from "../../../sdk/pipeline/report/plan-file.js";
import type { PlanFile } from "../../../sdk/pipeline/report/plan-file.js";
import { redactor } from "../../../sdk/pipeline/report/token-redactor.js";
import { device, recorded, SECRET_VALUE, showing, state, step, urn } from "./support.js";

/** A plan with a text of somebody else in every place that may have one. */
function fileWith(text: string, env: Readonly<Record<string, string>> = {}): PlanFile {
  const rollout = { batches: ["10%", "100%"], note: text };
  const facts = engineFacts([
    recorded({
      kind: "planned",
      urn: urn("telemetry"),
      calls: [`release ${text} to 1 device by name`],
      moved: [{ from: text, to: `v ${text}`, deviceIds: [device(0)] }],
      names: { [device(0)]: text, [text]: "a device" },
      flowName: `the flow ${text}`,
    }),
    step("update", state({ version: text }), showing(state({ version: `v ${text}` }, true), { rollout })),
    step("create", null, showing(state({}, true), { [text]: text }), text, `aws:s3:${text}`),
  ]);
  const header = { stack: text, createdAt: "2026-11-27T04:00:00.000Z" };
  return planFileOf(facts, planIn(facts), header, redactor(env));
}

const aToken = fc
  .tuple(fc.base64String({ minLength: 20, maxLength: 40 }), fc.base64String({ minLength: 6, maxLength: 300 }))
  .map(([head, body]) => `ey${head.replaceAll("=", "")}.${body.replaceAll(/[=+/]/g, "_")}`);

test("has no token of the environment, wherever a text of the stack or of Losant has one", () => {
  const variable = fc.constantFrom("LOSANT_API_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE");
  fc.assert(
    fc.property(aToken, variable, (token, name) => {
      expect(planText(fileWith(token))).toContain(token);
      const text = planText(fileWith(token, { [name]: token }));
      expect(text).not.toContain(token);
      expect(planFrom(text).hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    }),
    { numRuns: 200 },
  );
});

test("has no value that the program declares as secret", () => {
  const facts = engineFacts([
    recorded({
      kind: "planned",
      urn: urn("telemetry"),
      calls: ["replace v-secret-1 -> v-secret-2: moves 2 devices"],
      moved: [{ from: "v-secret-1", to: "v-secret-2", deviceIds: [device(0), device(1)] }],
    }),
    step("update", showing(state({}), { version: SECRET_VALUE }), showing(state({}, true), { version: SECRET_VALUE })),
  ]);
  expect(planText(planFileOf(facts, planIn(facts), { stack: "dev", createdAt: "" }))).not.toContain("v-secret");
});

test("follows its JSON Schema, which refuses what planFrom refuses", () => {
  const validate = new Ajv2020({ strict: true }).compile(planJsonSchema());
  const file = JSON.parse(planText(fileWith("text"))) as Record<string, unknown>;
  expect([validate(file), validate.errors]).toEqual([true, null]);
  expect(planJsonSchema()["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
  for (const name of Object.keys(file)) {
    const { [name]: _, ...rest } = file;
    expect([name, validate(rest)]).toEqual([name, false]);
    expect(() => planFrom(JSON.stringify(rest))).toThrow("not a plan of this release");
  }
  expect(validate({ ...file, version: PLAN_FILE_VERSION + 1 })).toBe(false);
});

test("a file that is too large is refused before it is read, with both sizes", () => {
  const folder = mkdtempSync(join(tmpdir(), "plan-file-"));
  try {
    const path = join(folder, "plan.json");
    writeFileSync(path, "{");
    // A hole: it takes no room on the disk.
    truncateSync(path, 3_000_000_000);
    expect(() => planFile(path)).toThrow("not a plan: it has 3000 MB, and a plan file has at most 64 MB.");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a plan that is too large is not written: deploy would refuse it", () => {
  const file = fileWith("text");
  const long = { ...file, stack: "s".repeat(MAX_PLAN_BYTES) };
  expect(() => planText(long)).toThrow(/^it has 65 MB, and a plan file has at most 64 MB\. Plan the resources/);
});
