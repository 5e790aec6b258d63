/** `pulumi-losant adopt`: reads Losant, writes two files, prints the next steps. */
import { quoteValue } from "../../provider/words.js";
import { isLosantId, notAnId } from "../../provider/losant/ids.js";
import { countOf } from "../../provider/words.js";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { createLosantClient } from "../../provider/losant/index.js";
import { settingsFrom, tokenFor } from "../../provider/settings.js";
import { providerStub } from "../provider-stub.js";
import { adoptionOf, importFileOf, programOf } from "./adoption.js";
import type { Adoption } from "./adoption.js";
import { UsageError } from "./usage-error.js";

export interface AdoptOptions {
  readonly application?: string;
  readonly flow?: string;
  readonly out: string;
  readonly force?: boolean;
}

export const IMPORT_FILE = "adopted.json";
export const PROGRAM_FILE = "adopted.ts";

/** @returns the text to print */
export async function adopt({ application, flow, out, force = false }: AdoptOptions): Promise<string> {
  const settings = settingsFrom(
    () => undefined,
    (name) => process.env[name],
  );
  if (settings.problems.length > 0) throw new UsageError(settings.problems.join("\n"));
  const applicationId = losantId("--application", application ?? settings.applicationId);
  const flowId = flow === undefined ? undefined : losantId("--flow", flow);
  const token = tokenFor(settings, applicationId);
  if (typeof token !== "string") {
    throw new UsageError(
      `no API token for application ${applicationId}: set the environment variable LOSANT_API_TOKEN`,
    );
  }
  const files = [IMPORT_FILE, PROGRAM_FILE].map((name) => join(out, name));
  const there = force ? undefined : files.find((file) => existsSync(file));
  if (there !== undefined)
    throw new UsageError(`${there} exists already: move it away, or use --force or another --out`);

  const client = createLosantClient({ apiUrl: settings.apiUrl, apiToken: token });
  const rows = await client.listAllDeployments(applicationId, { flowId, filterEmpty: true });
  const adoption = adoptionOf(applicationId, rows);
  if (adoption.resources.length === 0) {
    const where = flowId === undefined ? `application ${applicationId}` : `workflow ${flowId}`;
    throw new UsageError([`no edge device of ${where} has a workflow: nothing to adopt`, ...adoption.left].join("\n"));
  }
  const [importFile = "", programFile = ""] = files;
  writeFileSync(importFile, importFileOf(adoption, await serialized(providerStub)));
  writeFileSync(programFile, programOf(applicationId, adoption));
  return summary(adoption, importFile, programFile);
}

/** The same text that Pulumi saves for a dynamic provider; a test compares the two. */
async function serialized(provider: object): Promise<string> {
  const { text } = await runtime.serializeFunction(() => provider, { allowSecrets: true });
  return text;
}

function summary({ resources, left }: Adoption, importFile: string, programFile: string): string {
  return [
    ...resources.map(
      ({ name, flowName, inputs }) =>
        `${name}: ${flowName ?? inputs.flowId} ${inputs.version} on ${countOf(inputs.deviceIds.length, "device")}`,
    ),
    ...left.map((line) => `left out: ${line}`),
    "",
    `Wrote ${importFile} and ${programFile}. Nothing was changed in Losant. Next:`,
    `  1. make ${programFile} your Pulumi program (index.ts), or import it there`,
    `  2. pulumi import --file ${importFile} --protect=false --generate-code=false --yes`,
    "  3. pulumi preview --refresh   (shows no change)",
    "",
  ].join("\n");
}

function losantId(option: string, value: string | undefined): string {
  if (isLosantId(value)) return value.toLowerCase();
  throw new UsageError(
    value === undefined
      ? `${option} is missing: give the application's id, or set LOSANT_APPLICATION_ID`
      : `${option}: ${notAnId(quoteValue(value), "application")}`,
  );
}
