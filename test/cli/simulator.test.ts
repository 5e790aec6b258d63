/** `npm run simulator` as a person and as a script sees it. */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";

const script = join(resolve(import.meta.dirname, "../.."), "scripts", "simulator.mjs");
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

interface Run {
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves once the output has this; rejects where the process ends before. */
  readonly says: (what: string | RegExp) => Promise<RegExpExecArray>;
  readonly ends: () => Promise<number | null>;
  readonly stop: (signal: "SIGINT" | "SIGTERM") => void;
}

function run(...args: string[]): Run {
  const started = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  const text = { out: "", err: "" };
  started.stdout.setEncoding("utf8").on("data", (chunk: string) => (text.out += chunk));
  started.stderr.setEncoding("utf8").on("data", (chunk: string) => (text.err += chunk));
  const ended = once(started, "close");
  return {
    output: () => text.out,
    errors: () => text.err,
    says: async (what) => {
      for (;;) {
        const found = new RegExp(what).exec(text.out);
        if (found) return found;
        if (started.exitCode !== null) throw new Error(`it has ended: ${text.out}${text.err}`);
        await Promise.race([once(started.stdout, "data"), ended]);
      }
    },
    ends: async () => (await ended)[0] as number | null,
    stop: (signal) => started.kill(signal),
  };
}

describe("npm run simulator", () => {
  test("says what there is; each curl line it prints works as it stands, and is shown when it arrives", async () => {
    const simulator = run("--port", "0");
    await simulator.says("To stop: ");
    expect(simulator.output()).toMatch(/^A local Losant runs at http:\/\/127\.0\.0\.1:\d+\n/);
    for (const part of ["Plant Graz (staging)", "line-12", "Telemetry: v1.2.2", "office-sensor", "changes by hand"]) {
      expect(simulator.output()).toContain(part);
    }
    const lines = simulator.output().match(/^ {2}curl .*$/gm) ?? [];
    expect(lines).toHaveLength(3);
    for (const line of hasCurl ? lines : []) {
      const curl = spawn("sh", ["-c", `${line} --fail`], { stdio: "ignore" });
      expect(await once(curl, "close")).toEqual([0, null]);
    }
    if (hasCurl) await simulator.says(/\d\d:\d\d:\d\d {2}202 {2}POST \S+\/edge\/deployments\/release {2}\{"flowId"/);
    simulator.stop("SIGINT");
    expect(await simulator.ends()).toBe(0);
    expect(simulator.output()).toMatch(/Stopped\.\n$/);
  });

  test("with --json says it in one line, and nothing else, for scripts", async () => {
    const simulator = run("--json", "--port", "0");
    await simulator.says("\n");
    const { url, tokens, applications } = JSON.parse(simulator.output()) as {
      url: string;
      tokens: { token: string }[];
      applications: { id: string; flows: object[]; devices: object[] }[];
    };
    expect(applications.map(({ flows, devices }) => [flows.length, devices.length])).toEqual([
      [4, 13],
      [1, 2],
    ]);
    const headers = { authorization: `Bearer ${tokens[0]?.token}` };
    const answer = await fetch(`${url}/applications/${applications[0]?.id}/devices`, { headers });
    expect(answer.status).toBe(200);
    // New at each start: the tokens of the demo fleet stand in the source code.
    expect(tokens.map(({ token }) => token)).toEqual(tokens.map(() => expect.stringMatching(/^sim-[0-9a-f]{32}$/)));
    expect(tokens[0]?.token).not.toBe(tokens[1]?.token);
    simulator.stop("SIGTERM");
    expect(await simulator.ends()).toBe(0);
    expect(simulator.output().trimEnd().split("\n")).toHaveLength(1);
  });

  test("says what to do where the port is taken", async () => {
    const first = run("--port", "0", "--json");
    const [, port = ""] = await first.says(/127\.0\.0\.1:(\d+)/);
    const holder = child;
    const second = run("--port", port);
    expect(await second.ends()).toBe(1);
    expect(second.errors()).toContain(`Port ${port} is taken`);
    expect(second.errors()).toContain("--port 0");
    holder?.kill("SIGTERM");
    await first.ends();
  });

  test.each([["--port=eighty"], ["--port=70000"], ["--prot=1"], ["start"]])(
    "refuses %s, with its usage",
    async (arg) => {
      const simulator = run(arg);
      expect(await simulator.ends()).toBe(1);
      expect(simulator.errors()).toContain("npm run simulator -- [--port <number>] [--fleet <file>] [--json]");
      expect(simulator.errors()).not.toMatch(/ {4}at /);
    },
  );
});
