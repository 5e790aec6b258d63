/** The quick start's stack in this clone's own backend: new at each run, also after one that was killed half-way. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../lib/main.mjs";
import { root, stateDir } from "../lib/paths.mjs";
import { lastLines, runQuietly } from "../lib/run.mjs";

/**
 * @param {string} name
 * @param {{ project: string, cwd: string }} [of]
 */
export function createStack(name, { project, cwd } = { project: "losant-quickstart", cwd: root }) {
  const state = join(stateDir, ".pulumi", "stacks", project, `${name}.json`);
  const pulumi = (...args) => runQuietly("pulumi", [...args, "--non-interactive"], { cwd });

  /** With --force: what it deployed went away with the local Losant. */
  async function remove() {
    if (existsSync(state)) {
      // A run that was killed leaves a lock.
      await pulumi("cancel", name, "--yes");
      await pulumi("stack", "rm", name, "--yes", "--force");
    }
    rmSync(join(cwd, `Pulumi.${name}.yaml`), { force: true });
  }

  return {
    remove,
    async makeFresh() {
      await remove();
      const { code, output } = await pulumi("stack", "init", name);
      if (code !== 0) throw new Problem(`The stack \`${name}\` could not be made:\n${lastLines(output)}`, code);
    },
  };
}
