/** Applies one mutant at a time to a copy of the tree and runs the tests that have to notice. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Problem } from "../lib/main.mjs";
import { modulesDir, nodeDir, root } from "../lib/paths.mjs";

/** @typedef {import("./list.mjs").Mutant} Mutant */

const LEFT_OUT = new Set(["node_modules", "dist", ".git", ".pulumi-losant"]);
/** A mutant may go round and round: then it has been noticed. */
const TIMEOUT_MS = 300_000;

/** The work tree stays as it is: everything happens in a copy, which is removed afterwards. */
export async function withCopy(work) {
  const copy = mkdtempSync(join(tmpdir(), "pulumi-losant-mutants-"));
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(root, path)) });
    symlinkSync(modulesDir, join(copy, "node_modules"));
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * @param {string} copy
 * @param {readonly string[]} tests
 * @returns {Promise<{ passed: boolean, failed: readonly string[] }>} the names of tests that failed
 */
export async function runTests(copy, tests) {
  const report = join(copy, "mutants.json");
  rmSync(report, { force: true });
  const jest = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
  const args = [...jest, "--silent", "--json", `--outputFile=${report}`, ...tests];
  const { code, output, timedOut } = await run(join(nodeDir, "node"), args, copy);
  if (timedOut) return { passed: false, failed: ["the tests did not come to an end"] };
  return { passed: code === 0, failed: code === 0 ? [] : failedIn(report, output) };
}

/** In a process group of its own, so that workers of Jest end with it. */
function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, TIMEOUT_MS);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk) => (output += chunk));
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output, timedOut });
    });
  });
}

function failedIn(report, output) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    throw new Problem(`Jest did not get to its end:\n${output}`);
  }
  return results.flatMap(({ assertionResults, message }) => {
    const names = assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
    return names.length > 0 || assertionResults.length > 0
      ? names
      : [message.split("\n")[0] || "a file that does not load"];
  });
}

/**
 * @param {string} copy
 * @param {Mutant} mutant
 */
export async function tryMutant(copy, { name, also = [], tests, ...edit }) {
  const edits = [edit, ...also].map(({ file, ...change }) => ({ ...change, file, path: join(copy, file) }));
  const texts = new Map(edits.map(({ path }) => [path, readFileSync(path, "utf8")]));
  try {
    for (const { file, path, find, instead } of edits) {
      const text = readFileSync(path, "utf8");
      const count = text.split(find).length - 1;
      if (count !== 1) throw new Problem(`mutant "${name}": its text stands ${count} times in ${file}, not once`);
      writeFileSync(
        path,
        text.replace(find, () => instead),
      );
    }
    return await runTests(copy, tests);
  } finally {
    for (const [path, text] of texts) writeFileSync(path, text);
  }
}
