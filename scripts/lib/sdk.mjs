/**
 * The SDK of the native plugin for a language: by `pulumi package gen-sdk`, as people do it. Where the language host is too
 * old to answer that, or is not there, by the generator in `scripts/offline/sdk-generator`.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateWithGo } from "../offline/build-cli.mjs";
import { pulumiEnvironment } from "./environment.mjs";
import { Problem } from "./main.mjs";
import { runQuietly } from "./run.mjs";

/** What the CLI says where the host cannot do it; anything else is an error of ours. */
const NO_HOST = /unknown method GeneratePackage|GeneratePackage not implemented|no language plugin/;

/**
 * @param {"go" | "python" | "nodejs" | "dotnet" | "java"} language
 * @param {string} plugin - the plugin's file
 * @param {string} folder - where the SDK goes
 * @returns {Promise<"pulumi" | "generator">} who has made it
 */
export async function generateSdk(language, plugin, folder) {
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-losant-sdk-"));
  try {
    const env = pulumiEnvironment({ home: join(scratch, "home"), backend: join(scratch, "backend") });
    const out = join(scratch, "sdk");
    const pulumi = (...args) => runQuietly("pulumi", ["package", ...args], { cwd: scratch, env });
    const made = await pulumi("gen-sdk", plugin, "--language", language, "--out", out);
    if (made.code === 0) {
      cpSync(join(out, language), folder, { recursive: true });
      return "pulumi";
    }
    if (!NO_HOST.test(made.output)) throw new Problem(`pulumi package gen-sdk: ${made.output}`);
    const schema = await pulumi("get-schema", plugin);
    if (schema.code !== 0) throw new Problem(`pulumi package get-schema: ${schema.output}`);
    const file = join(scratch, "schema.json");
    writeFileSync(file, schema.stdout);
    const failure = await generateWithGo([language, file, folder], env);
    if (failure !== undefined) throw new Problem(failure);
    return "generator";
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
