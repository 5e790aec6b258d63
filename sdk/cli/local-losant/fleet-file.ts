/** A fleet from a JSON file, as `--fleet` names it. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Seed } from "../../simulator/index.js";
import { UsageError } from "../usage-error.js";

const id = z.string().regex(/^[0-9a-f]{24}$/, { error: "an id has 24 digits from 0 to 9 and a to f" });
const text = z.string().min(1).max(255);

const behaviour = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("immediate") }),
  z.strictObject({ kind: z.literal("late"), afterMs: z.number().min(0) }),
  z.strictObject({ kind: z.literal("offline") }),
  z.strictObject({
    kind: z.literal("failing"),
    error: z.string(),
    versions: z.array(text).optional(),
    succeedsOnTry: z.int().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal("flapping"), everyMs: z.number().min(1) }),
]);

const version = z.strictObject({ version: text, minimumAgentVersion: text.optional() });
const flow = z.strictObject({ id, name: text, flowClass: text.optional(), versions: z.array(version).min(1) });
const device = z.strictObject({
  id,
  name: text,
  deviceClass: text.optional(),
  tags: z.record(text, text).optional(),
  edgeAgentVersion: text.optional(),
  behaviour: behaviour.optional(),
});
const deployment = z.strictObject({
  flowId: id,
  deviceId: id,
  desiredVersion: text.nullable(),
  currentVersion: text.nullable(),
});
const application = z.strictObject({
  id,
  name: text,
  flows: z.array(flow),
  devices: z.array(device),
  deployments: z.array(deployment).optional(),
});
const fleetFile = z.strictObject({ applications: z.array(application).min(1) });

/** Of a fleet in a file: one for Pulumi, one of a person. They are made new at each start. */
const TOKENS: Seed["tokens"] = [
  { token: "", sourceType: "apiToken", sourceId: "a0".padEnd(24, "0") },
  { token: "", sourceType: "user", sourceId: "b0".padEnd(24, "0") },
];

/** @throws UsageError that says what is wrong, and where in the file */
export function readFleet(file: string): Seed {
  const parsed = fleetFile.safeParse(jsonIn(file));
  if (parsed.success) return { ...parsed.data, tokens: TOKENS };
  const lines = parsed.error.issues.map(({ path, message }) => `${file}: ${path.join(".") || "the whole"}: ${message}`);
  throw new UsageError(`${lines.join("\n")}\ndocs/command-line.md of pulumi-losant says what a fleet holds.`);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(
      `--fleet ${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
