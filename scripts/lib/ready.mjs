/** Whatever a fresh clone lacks, got with visible progress; a quick look where all is there. */
import { ensureBuilt } from "./build.mjs";
import { ensurePackages, nodeBinary } from "./packages.mjs";
import { ensureCli } from "./pulumi-install.mjs";

/**
 * @param {{ cli?: boolean, build?: boolean }} needs
 * @returns {Promise<{ node: string, cli: import("./pulumi-cli.mjs").Cli | undefined }>}
 */
export async function ensureReady({ cli = false, build = false }) {
  await ensurePackages();
  const found = cli ? await ensureCli() : undefined;
  if (build) await ensureBuilt();
  return { node: nodeBinary(), cli: found };
}
