/**
 * Losant's own JSON schemas (lib/schemas of the official JavaScript client). They are not ours to publish:
 * `LOSANT_SCHEMAS_DIR` names the folder they are in, and tests that need them are skipped without it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";

const folder = process.env["LOSANT_SCHEMAS_DIR"];

/** `describe`, or a skip without the schemas. */
export const describeWithSchemas = folder === undefined ? describe.skip : describe;

/** Reads and compiles one of the published files. */
export function official(file: string): ValidateFunction {
  // Two of the published files refer to this definition without holding it.
  const definitions = { advancedDeviceQuery: published("advancedDeviceQuery.json") };
  return new Ajv({ strict: false, validateFormats: false }).compile({ ...published(file), definitions });
}

/** Complains in words: what is wrong about what was sent. */
export function expectValid(validate: ValidateFunction, body: unknown): void {
  expect({ body, errors: validate(body) ? [] : validate.errors }).toEqual({ body, errors: [] });
}

function published(file: string): Record<string, object> {
  return JSON.parse(readFileSync(join(folder ?? "", file), "utf8")) as Record<string, object>;
}
