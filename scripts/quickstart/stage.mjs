/** What the tour shows: each command before it runs, what Pulumi says, and what Losant was asked. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Problem } from "../lib/main.mjs";
import { runVisibly } from "../lib/run.mjs";

const DISPLAY = ["--suppress-permalink=true", "--suppress-progress"];
const OPERATIONS = new Set(["up", "preview"]);

/** @param {{ url: string, calls: readonly Call[], clearCalls(): void }} losant
 * @typedef {{ method: string, path: string, status?: number }} Call */
export function createStage(losant) {
  let number = 0;
  return {
    /** @param {string} sentence */
    heading(sentence) {
      number += 1;
      console.log(`\n── ${number}. ${sentence}`);
    },

    /** @param {string[]} args */
    async pulumi(...args) {
      const isOperation = OPERATIONS.has(args[0]);
      show(`pulumi ${args.join(" ")}`);
      losant.clearCalls();
      await must(isOperation ? [...args, ...DISPLAY] : args);
      if (isOperation) console.log(`Losant was asked: ${summaryOf(losant.calls)}`);
    },

    /** The last argument is for Pulumi's eyes alone. */
    async pulumiWithSecret(secret, ...args) {
      show(`pulumi ${args.join(" ")} <token>`);
      await must([...args, secret]);
    },

    /** A call as a person makes it, not through Pulumi. */
    async byHand(path, token, body) {
      const json = JSON.stringify(body);
      show(`curl ${losant.url}${path} -H "Authorization: Bearer $MY_TOKEN" --json '${json}'`);
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(losant.url + path, { method: "POST", headers, body: json });
      console.log(`${answer.status} ${await answer.text()}`);
      if (!answer.ok) throw new Problem("The local Losant refused the change.");
    },
  };
}

function show(command) {
  console.log(`$ ${command}`);
}

async function must(args) {
  const code = await run(args);
  if (code !== 0) throw new Problem(`pulumi ${args[0]} ended with exit code ${code}.`, code);
}

/** In a terminal Pulumi draws its own live table; in a log the lines of things still under way only repeat the result. */
async function run(args) {
  if (process.stdout.isTTY) return runVisibly("pulumi", args);
  const child = spawn("pulumi", [...args, "--non-interactive"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!isUnderWay(line)) console.log(line);
  }
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Pure. @param {string} line - of Pulumi's non-interactive display */
export function isUnderWay(line) {
  return /^ .. {1,2}pulumi\S* .* (creating|updating|refreshing|running|deleting)\b/.test(line) || line === "";
}

/**
 * Reads as a number, writes one by one: `2 reads, POST release 202`. Pure.
 * @param {readonly Call[]} calls
 */
export function summaryOf(calls) {
  const reads = calls.filter(({ method }) => method === "GET").length;
  const writes = calls.filter(({ method }) => method !== "GET");
  const names = writes.map(({ method, path, status }) => `${method} .../${lastTwo(path)} ${status}`);
  return [`${reads} ${reads === 1 ? "read" : "reads"}`, ...(names.length > 0 ? names : ["no write"])].join(", ");
}

function lastTwo(path) {
  return path.split("/").slice(-2).join("/");
}
