/** Which scenes of the second act are played: those that the command names, else those that a person chooses. */
import { createInterface } from "node:readline/promises";

/** What each scene shows, by its name. */
export const ACTS = {
  rollout: "a whole plant in batches, and a version that stops at the first device that cannot run it",
  adopt: "take over what somebody deployed by hand, without a change in Losant",
  ci: "find drift, refuse to deploy over it, and deploy: the commands of a CI job",
};

const NAMES = Object.keys(ACTS);

/** @typedef {{ keep: boolean, acts: readonly string[], unknown?: string }} Wishes */

/**
 * Pure.
 * @param {readonly string[]} args
 * @returns {Wishes}
 */
export function wishesIn(args) {
  const acts = args.filter((arg) => NAMES.includes(arg));
  const unknown = args.find((arg) => arg !== "--keep" && !NAMES.includes(arg));
  return { keep: args.includes("--keep"), acts, ...(unknown === undefined ? {} : { unknown }) };
}

/**
 * A question is for a person at a terminal alone: a pipe or a CI job would wait for ever. Pure.
 *
 * @param {{ stdin: { isTTY?: boolean }, stdout: { isTTY?: boolean }, env: NodeJS.ProcessEnv }} process
 */
export function mayAsk({ stdin, stdout, env }) {
  return stdin.isTTY === true && stdout.isTTY === true && !env.CI && env.TERM !== "dumb";
}

/** By name or number; undefined for anything else. Pure. @param {string} answer */
export function actIn(answer) {
  const text = answer.trim().toLowerCase();
  return NAMES[Number(text) - 1] ?? NAMES.find((name) => text !== "" && name.startsWith(text));
}

/** @returns {string} one line a scene */
export function offer() {
  return NAMES.map((name, index) => `  ${index + 1}  ${name.padEnd(8)} ${ACTS[name]}`).join("\n");
}

/** @returns {string} for those who are not asked */
export function commands() {
  return NAMES.map((name) => `  npm run quickstart -- ${name.padEnd(10)} ${ACTS[name]}`).join("\n");
}

/**
 * Asks until the answer is a scene, or Enter for none.
 *
 * @param {AbortSignal} signal - ends the question
 * @returns {Promise<string | undefined>}
 */
export async function askForAct(signal) {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // The terminal of a question keeps Ctrl-C to itself.
  lines.on("SIGINT", () => process.emit("SIGINT"));
  const closed = new AbortController();
  lines.on("close", () => closed.abort());
  const either = AbortSignal.any([signal, closed.signal]);
  try {
    for (;;) {
      const answer = await lines.question("Which one? Its number, or Enter to end: ", { signal: either });
      if (answer.trim() === "") return undefined;
      const act = actIn(answer);
      if (act !== undefined) return act;
      console.log(`There is none of that name: ${NAMES.join(", ")}.`);
    }
  } catch (error) {
    if (either.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}
