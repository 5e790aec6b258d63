/** `pulumi-losant plugin`: makes the native plugin known to Pulumi, for programs in every language. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageVersion } from "../../provider/losant/version.js";
import { UsageError } from "./usage-error.js";

/**
 * The folder with the plugin, for `plugins: providers: - {name: losant, path: ...}` in Pulumi.yaml.
 *
 * @throws UsageError where the package is not whole
 */
export function pluginFolder(): string {
  const folder = join(dirname(require.resolve("pulumi-losant/package.json")), "dist", "plugin");
  if (existsSync(join(folder, "pulumi-resource-losant"))) return folder;
  throw new UsageError(`the plugin is not in ${folder}: install pulumi-losant again`);
}

/**
 * Copies the plugin into Pulumi's own folder. Nothing is downloaded.
 *
 * @returns the exit code of Pulumi
 * @throws UsageError where there is no Pulumi
 */
export function installPlugin(): number {
  const args = [
    "plugin",
    "install",
    "resource",
    "losant",
    `v${packageVersion}`,
    "--reinstall",
    "--file",
    pluginFolder(),
  ];
  const { error, status } = spawnSync("pulumi", args, { stdio: "inherit" });
  if (error !== undefined) {
    throw new UsageError(
      `Pulumi cannot be started (${error.message}): install it (https://www.pulumi.com/docs/install), or name the folder of the plugin in Pulumi.yaml, see \`pulumi-losant plugin path\``,
    );
  }
  if (status === 0) {
    process.stdout.write(`The plugin losant ${packageVersion} is installed: programs in every language find it.\n`);
  }
  return status ?? 1;
}
