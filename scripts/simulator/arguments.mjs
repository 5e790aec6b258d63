import { parseArgs } from "node:util";
import { Problem } from "../lib/main.mjs";

const USAGE = `npm run simulator -- [--port <number>] [--fleet <file>] [--json]

  --port <number>   default 4680; 0 for any free port
  --fleet <file>    a fleet of your own, as JSON (docs/command-line.md)
  --json            prints one line of JSON (url, tokens, ids) and nothing else, for scripts`;

/**
 * Pure.
 * @param {readonly string[]} args
 * @returns {{ port: number, json: boolean }}
 */
export function parseArguments(args) {
  const { port, json } = valuesOf(args);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Problem(`--port ${port} is not a port: a number from 0 to 65535 is needed.\n\n${USAGE}`);
  return { port: Number(port), json };
}

/** @returns {{ port: string, json: boolean }} */
function valuesOf(args) {
  const options = {
    port: { type: "string", default: "4680" },
    json: { type: "boolean", default: false },
    fleet: { type: "string" },
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Problem(`${error.message}\n\n${USAGE}`);
  }
}
