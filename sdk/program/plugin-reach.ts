/**
 * Can Pulumi's plugin process load the provider? It runs in the folder of the program and looks for
 * `pulumi-losant/provider` from there, not from the file that imports pulumi-losant. The two differ where a library of a
 * workspace depends on pulumi-losant and the project does not, and where the program is a bundle.
 *
 * The state names the provider by its package alone, so that it holds no path of a machine.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isInline } from "./program-end.js";
import { userError } from "./user-error.js";

const PROVIDER = "pulumi-losant/provider";
const reached = new Set<string>();

/**
 * @throws RunError where the plugin process would not find the provider
 *
 * Says nothing of unit tests, which have no plugin process, and of inline programs, which do not know its folder.
 */
export function requireReachableProvider(): void {
  if (pulumi.runtime.getEngine() === undefined || isInline()) return;
  const folder = process.cwd();
  if (reached.has(folder)) return;
  if (!isProviderFoundFrom(folder)) throw userError(unreachable(folder));
  reached.add(folder);
}

/** @param provider - another one in tests: Jest answers for the package's own name itself */
export function isProviderFoundFrom(folder: string, provider = PROVIDER): boolean {
  try {
    // A bundler would answer for its own machine and folder, so `require.resolve` of this file is of no use.
    createRequire(join(folder, "program.js")).resolve(provider);
    return true;
  } catch {
    return false;
  }
}

export function unreachable(folder: string): string {
  return (
    `Pulumi's plugin process cannot load pulumi-losant from ${folder}: add pulumi-losant to the dependencies of the ` +
    "project's own package.json and install it there, also where only a library or a bundle of the project uses it."
  );
}
