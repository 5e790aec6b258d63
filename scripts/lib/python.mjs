/** Python with Pulumi's SDK, in an environment of this clone: made when the first Python test needs it. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { cliVersion, localDir } from "./paths.mjs";
import { lastLines, runQuietly } from "./run.mjs";

const place = join(localDir, `python-${cliVersion}`);
const folder = process.platform === "win32" ? "Scripts" : "bin";
const PYTHONS = process.platform === "win32" ? ["python"] : ["python3", "python"];
const INSTALL_MS = 5 * 60_000;

/**
 * @returns {Promise<{ bin?: string, missing?: string }>} the folder with `python`, to stand first on PATH; or why there
 *   is none
 */
export async function ensurePython() {
  const bin = join(place, folder);
  if (existsSync(place)) return { bin };
  mkdirSync(localDir, { recursive: true });
  return withLock(`${place}.lock`, async () => {
    if (existsSync(place)) return { bin };
    const failure = await make();
    return failure === undefined ? { bin } : { missing: failure };
  });
}

/** Made beside the place and moved in whole. Its scripts name the first path, so only `python -m` is used of it. */
async function make() {
  const draft = `${place}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const failures = [];
  for (const python of PYTHONS) {
    const made = await runQuietly(python, ["-m", "venv", draft]);
    if (made.code !== 0) {
      failures.push(`${python}: ${lastLines(made.output, 1)}`);
      continue;
    }
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `pulumi==${cliVersion}`];
    const got = await runQuietly(join(draft, folder, "python"), pip, { timeoutMs: INSTALL_MS });
    if (got.code === 0) {
      renameSync(draft, place);
      return undefined;
    }
    failures.push(`pip install pulumi==${cliVersion}: ${lastLines(got.output, 1)}`);
    break;
  }
  rmSync(draft, { recursive: true, force: true });
  return failures.join("; ");
}
