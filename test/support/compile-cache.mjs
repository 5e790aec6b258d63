/**
 * One compile cache for a run of the tests, thrown away at its end: they start thousands of Node processes, and in
 * the clone's own cache every throw-away project would leave its files behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function useCompileCache() {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-compile-cache-"));
  process.env.NODE_COMPILE_CACHE = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
