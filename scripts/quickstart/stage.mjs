/** What the tour shows: each command before it runs, what Pulumi says, and what Losant was asked. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { basename, join } from "node:path";
import { stripVTControlCharacters, styleText } from "node:util";
import { Problem } from "../lib/main.mjs";
import { root } from "../lib/paths.mjs";

const OPERATIONS = new Set(["up", "preview"]);
const DISPLAY = ["--suppress-permalink=true", "--suppress-progress"];

const COMMAND = join(root, "dist", "sdk", "cli", "main.js");

/** @typedef {{ method: string, path: string, status?: number }} Call */
/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, fails?: boolean }} Options - `fails`: it is to end with a code other than 0 */

/** @param {{ url: string, calls: readonly Call[], clearCalls(): void }} losant */
export function createStage(losant) {
  let number = 0;
  let running;
  let stopped = false;

  async function run(command, args, { cwd, env, fails = false }) {
    if (!stopped) {
      const colours = isColored() ? { FORCE_COLOR: "1" } : {};
      const all = { ...process.env, ...colours, ...env };
      running = spawn(command, args, { cwd, env: all, stdio: ["ignore", "pipe", "inherit"] });
      const closed = once(running, "close");
      for await (const line of createInterface({ input: running.stdout })) {
        if (isWorthReading(stripVTControlCharacters(line))) console.log(line);
      }
      const [code] = await closed;
      running = undefined;
      if (fails && code !== null && code !== 0) return console.log(dim(`Exit code ${code}`));
      if (code === 0 && !fails) return;
      if (!stopped) {
        const what = `${basename(command)} ${args.find((arg) => !isFile(arg))}`;
        throw new Problem(`${what} ended with exit code ${code}.`, code || 1);
      }
    }
    throw new Problem("Stopped.", 130);
  }

  // Not Pulumi's live table: what it draws depends on the terminal, and the tour is to be read afterwards, too.
  const pulumi = (args, options) =>
    run("pulumi", [...args, "--non-interactive", "--color", isColored() ? "always" : "never"], options);

  return {
    /** Lets a command that runs end in its own way, and starts no other. */
    stop() {
      stopped = true;
      // A terminal gives Ctrl-C to the command itself, and a second signal makes it abort at once.
      if (!process.stdin.isTTY) running?.kill("SIGINT");
    },

    /** @param {string} sentence */
    heading(sentence) {
      number += 1;
      console.log(`\n${styled(["bold", "cyan"], `── ${number}. ${sentence}`)}`);
    },

    /** @param {string} sentence - what to think of what was shown */
    remark(sentence) {
      console.log(dim(sentence));
    },

    /**
     * @param {string[]} args
     * @param {Options} [options]
     */
    async pulumi(args, options = {}) {
      show(`pulumi ${args.join(" ")}`);
      if (!OPERATIONS.has(args[0])) return pulumi(args, options);
      losant.clearCalls();
      await pulumi([...args, ...DISPLAY], options);
      console.log(dim(`Losant was asked: ${summaryOf(losant.calls)}`));
    },

    /**
     * The command of this package.
     *
     * @param {string[]} args
     * @param {Options} [options]
     */
    async losant(args, options = {}) {
      show(`npx pulumi-losant ${args.join(" ")}`);
      losant.clearCalls();
      await run(process.execPath, [COMMAND, ...args], options);
      console.log(dim(`Losant was asked: ${summaryOf(losant.calls)}`));
    },

    /** The secret is for Pulumi's eyes alone. */
    async pulumiWithSecret(secret, ...args) {
      show(`pulumi ${args.join(" ")} <token>`);
      await pulumi([...args, secret], {});
    },

    /** A call as a person makes it, not through Pulumi. */
    async byHand(path, token, body) {
      const json = JSON.stringify(body);
      show(
        `curl ${losant.url}${path} -H "Authorization: Bearer $MY_TOKEN" -H "Content-Type: application/json" -d '${json}'`,
      );
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(losant.url + path, { method: "POST", headers, body: json });
      console.log(`${answer.status} ${await answer.text()}`);
      if (!answer.ok) throw new Problem("The local Losant refused the change.");
    },
  };
}

/** In a terminal, and where `FORCE_COLOR` asks for it: `npm run picture` takes the README's picture from this output. */
function isColored() {
  return styled("bold", "x") !== "x";
}

/** Colours where they are shown; `NO_COLOR` and `FORCE_COLOR` count. */
function styled(style, text) {
  return styleText(style, text, { stream: process.stdout });
}

function dim(text) {
  return styled("dim", text);
}

function show(command) {
  console.log(styled("bold", `$ ${command}`));
}

function isFile(arg) {
  return arg === COMMAND;
}

/**
 * Not what is only under way: the result follows in a line of its own. Pure.
 * @param {string} line - of Pulumi's non-interactive display
 */
export function isWorthReading(line) {
  const underWay = /^ .. {1,2}pulumi\S* .* (creating|updating|refreshing|running|deleting)\b/;
  return line !== "" && !underWay.test(line);
}

/**
 * Reads as a number, writes one by one: `2 reads, POST /edge/deployments/release 202`. Pure.
 * @param {readonly Call[]} calls
 */
export function summaryOf(calls) {
  const reads = calls.filter(({ method }) => method === "GET").length;
  const writes = calls
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, status }) => `${method} ${path.replace(/^\/applications\/[^/]+/, "")} ${status}`);
  return [`${reads} ${reads === 1 ? "read" : "reads"}`, ...(writes.length > 0 ? writes : ["no write"])].join(", ");
}
