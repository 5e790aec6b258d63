import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { doctor } from "../../../sdk/cli/doctor.js";
import { addressCheck, nodeCheck, proxyCheck } from "../../../sdk/cli/doctor-checks.js";

const application = "a00000000000000000000001";
let losant: Simulator;
let bin: string;

beforeAll(async () => {
  const seed = fleet({ devices: 2, flows: 1 });
  const actor = { sourceType: "apiToken", sourceId: "a".repeat(24) } as const;
  const limited = { ...actor, token: "limited", scopes: ["edgeDeployments.get", "flows.get"] };
  losant = await startSimulator({ seed: { ...seed, tokens: [...seed.tokens, limited] } });
  bin = mkdtempSync(join(tmpdir(), "pulumi-losant-doctor-"));
});
afterAll(async () => {
  rmSync(bin, { recursive: true });
  await losant.close();
});

/** Puts a CLI of this version on PATH. */
function withCli(version: string): NodeJS.ProcessEnv {
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\necho v${version}\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
  return { PATH: `${bin}:/bin:/usr/bin` };
}

async function examine(env: NodeJS.ProcessEnv, asked: { readonly application?: string } = { application }) {
  const lines: string[] = [];
  const isWell = await doctor(asked, (line) => lines.push(line), { LOSANT_API_URL: losant.url, ...env });
  return { isWell, lines };
}
const linesWith = (lines: readonly string[], what: string): string[] => lines.filter((line) => line.startsWith(what));

describe("doctor", () => {
  test("finds nothing wrong where all is there, and says which scopes it cannot try", async () => {
    const { isWell, lines } = await examine({ ...withCli("3.259.0"), LOSANT_API_TOKEN: "fleet-token-c0ffee" });
    expect(lines.map((line) => line.slice(0, 40))).toEqual([
      expect.stringMatching(/^ok {7}Node \d+/),
      "ok       Pulumi CLI 3.259.0",
      expect.stringMatching(/^ok {7}no proxy for 127\.0\.0\.1/),
      expect.stringMatching(/^ok {7}http:/),
      "ok       the token has edgeDeployments.get (every preview".slice(0, 40),
      "ok       the token has devices.get (deviceTags".slice(0, 40),
      "ok       the token has flows.get (getEdgeWorkflow)".slice(0, 40),
      "ok       the token has flowVersions.get (getEdge".slice(0, 40),
      "unknown  scopes edgeDeployments.release, .replace".slice(0, 40),
    ]);
    expect(isWell).toBe(true);
    expect(losant.calls.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("names each scope that the token lacks, and what it is for", async () => {
    const { isWell, lines } = await examine({ ...withCli("3.259.0"), LOSANT_API_TOKEN: "limited" });
    expect(linesWith(lines, "wrong")).toEqual([
      "wrong    the token lacks devices.get: it is needed for deviceTags, getDevices and warnings.",
      "wrong    the token lacks flowVersions.get: it is needed for getEdgeWorkflow and whether a version exists.",
    ]);
    expect(isWell).toBe(false);
  });

  test.each([
    [
      "a wrong token",
      { LOSANT_API_TOKEN: "nonsense" },
      { application },
      "the token is not valid (tried for edgeDeployments.get)",
    ],
    ["no token", {}, { application }, "no token: set LOSANT_API_TOKEN"],
    ["no application", { LOSANT_API_TOKEN: "t" }, {}, "no application: give --application <id>"],
    [
      "plain http",
      { LOSANT_API_URL: "http://losant.example.com" },
      { application },
      'losant:apiUrl: the API URL "http://losant.example.com" is not https',
    ],
    [
      "nothing at the address",
      { LOSANT_API_URL: "http://127.0.0.1:9" },
      { application },
      "http://127.0.0.1:9 does not answer",
    ],
    ["an old CLI", { CLI: "3.100.0" }, { application }, "Pulumi CLI 3.100.0 is too old: install 3.215.0 or later."],
    ["no CLI", { PATH: "/nowhere" }, { application }, "the Pulumi CLI is not on PATH"],
  ])("says %s, with the way out", async (_what, env, asked, line) => {
    const { CLI: cli = "3.259.0", ...rest } = env as NodeJS.ProcessEnv;
    const { isWell, lines } = await examine({ ...withCli(cli), ...rest }, asked);
    expect(linesWith(lines, "wrong").join("\n")).toContain(line);
    expect(isWell).toBe(false);
  });
});

test("a clock that is off is wrong, also where the address answers", async () => {
  const check = await addressCheck(losant.url, {}, () => Date.now() + 10 * 60_000);
  expect(check).toMatchObject({
    state: "bad",
    text: expect.stringMatching(/^the clock of this machine is off by (10m|9m 5\ds)/),
  });
});

describe("a proxy", () => {
  const LOSANT = "https://losant.example.com";

  test.each([
    ["none", {}, "good", "no proxy for losant.example.com"],
    ["one", { HTTPS_PROXY: "http://user:hunter2@proxy:3128" }, "good", "calls go by the proxy proxy:3128"],
    ["one that leaves the host out", { HTTPS_PROXY: "http://proxy", NO_PROXY: "example.com" }, "good", "no proxy for"],
    ["no address", { HTTPS_PROXY: "socks5://proxy" }, "bad", "HTTPS_PROXY is not the address of a proxy"],
  ])("%s is read by the rules of the provider", (_what, env, state, text) => {
    expect(proxyCheck(LOSANT, env)).toEqual({ state, text: expect.stringContaining(text) });
  });

  test("is asked for the address, and its refusal is said", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer().on("connect", (request, socket) => {
      asked.push(request.url);
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const check = await addressCheck(LOSANT, { HTTPS_PROXY: `http://127.0.0.1:${port}` }, Date.now);
    server.close();
    expect(asked).toEqual(["losant.example.com:443"]);
    expect(check).toMatchObject({ state: "bad", answers: false, text: expect.stringContaining("407") });
  });
});

test("what is missing is said at once: the token and the application", async () => {
  const { lines } = await examine(withCli("3.259.0"), {});
  expect(linesWith(lines, "wrong").map((line) => line.split(":")[0])).toEqual([
    "wrong    no application",
    "wrong    no token",
  ]);
});

test("where the address does not answer, no scope is tried", async () => {
  const { lines } = await examine({
    ...withCli("3.259.0"),
    LOSANT_API_TOKEN: "t",
    LOSANT_API_URL: "http://127.0.0.1:9",
  });
  expect(lines.at(-1)).toBe("unknown  the scopes of the token: they cannot be tried before the address answers.");
});

test("Node is old enough or not", () => {
  expect(["22.12.0", "22.13.0", "24.1.0"].map((version) => nodeCheck(version).state)).toEqual(["bad", "good", "good"]);
});
