/**
 * The archive of the native plugin that `pulumi plugin install --server` and `pluginDownloadURL` get. The plugin is
 * JavaScript, so one archive serves every system; Pulumi asks for it by the name of its own system.
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";

export const MAX_PACKED_BYTES = 400_000;

const PLUGIN = "pulumi-resource-losant";
/** Windows starts the `.cmd`, which starts the file beside it. */
const FILES = [PLUGIN, `${PLUGIN}.cmd`];
const SYSTEMS = ["darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64", "windows-amd64", "windows-arm64"];

/** The names under which Pulumi asks for a version of the plugin. Pure. @param {string} version - `0.1.0` */
export function archiveNames(version) {
  return SYSTEMS.map((system) => `${PLUGIN}-v${version}-${system}.tar.gz`);
}

/**
 * The same bytes for the same plugin.
 *
 * @param {string} plugin - the folder with the built plugin
 * @param {string} file - the archive, `*.tar.gz`
 */
export async function archivePlugin(plugin, file) {
  const staging = mkdtempSync(join(tmpdir(), "pulumi-losant-archive-"));
  try {
    for (const name of FILES) {
      cpSync(join(plugin, name), join(staging, name));
      chmodSync(join(staging, name), 0o755);
    }
    await create({ cwd: staging, file, gzip: { level: 9 }, portable: true, mtime: new Date(0) }, FILES);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  const { size } = statSync(file);
  if (size > MAX_PACKED_BYTES) throw new Error(`${file} has ${size} bytes, and may have ${MAX_PACKED_BYTES}`);
}

/**
 * Fills a folder with the archive under each name.
 *
 * @returns {Promise<readonly string[]>} the files
 */
export async function archivesIn(folder, plugin, version) {
  mkdirSync(folder, { recursive: true });
  const files = archiveNames(version).map((name) => join(folder, name));
  const [first, ...others] = files;
  await archivePlugin(plugin, first);
  for (const other of others) cpSync(first, other);
  return files;
}
