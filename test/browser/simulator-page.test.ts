// The page at `/` of `npm run simulator`: live, and what it lets a person do. The part that needs a browser skips itself.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { resolve } from "node:path";
import type { FleetStatus, StatusCell } from "../../sdk/status/fleet-status.js";
import { findBrowser, launchBrowser } from "../support/browser.js";

const executable = findBrowser();
const testInBrowser = executable === undefined ? test.skip : test;
const TELEMETRY = "f10000000000000000000001";
const line = (number: number): string => `d1${String(number).padStart(22, "0")}`;

let simulator: ChildProcess;
let url: string;

beforeAll(async () => {
  const script = resolve("scripts/simulator.mjs");
  const started = spawn(process.execPath, [script, "--port", "0", "--json"], { stdio: ["ignore", "pipe", "ignore"] });
  simulator = started;
  const [text] = (await once(started.stdout.setEncoding("utf8"), "data")) as [string];
  ({ url } = JSON.parse(text) as { url: string });
});
afterAll(async () => {
  simulator.kill();
  await once(simulator, "close");
});

interface Live {
  readonly status: FleetStatus;
  readonly behaviours: Readonly<Record<string, string>>;
}

async function live(): Promise<Live> {
  return (await (await fetch(`${url}/status.json`)).json()) as Live;
}

async function cellOf(deviceId: string): Promise<StatusCell | undefined> {
  const { status } = await live();
  const devices = status.applications.flatMap((application) => application.devices);
  return devices.find(({ id }) => id === deviceId)?.cells.find(({ flowId }) => flowId === TELEMETRY);
}

const act = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/status/actions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const move = (number: number, version: string | null) => ({
  do: "move",
  deviceId: line(number),
  flowId: TELEMETRY,
  version,
});

describe("what the page asks for", () => {
  test("a move by hand shows in the status, by the user and not by the token", async () => {
    expect((await act(move(1, "v1.2.2"))).status).toBe(204);
    expect(await cellOf(line(1))).toMatchObject({ wanted: "v1.2.2", by: "user b00000000000000000000001" });
  });

  test("the status is sent again only after a change", async () => {
    // The device of the test above reports when it likes.
    while ((await cellOf(line(1)))?.running !== "v1.2.2") await setImmediate();
    const first = await fetch(`${url}/status.json`);
    const again = () => fetch(`${url}/status.json`, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    expect((await again()).status).toBe(304);
    await act({ do: "behave", deviceId: line(12), behaviour: "offline" });
    expect((await again()).status).toBe(200);
  });

  test.each([
    ["a page of another origin", move(2, "v1.2.2"), { origin: "https://evil.example" }, 403],
    ["a form of another page", move(2, "v1.2.2"), { "content-type": "text/plain" }, 403],
    ["a device that is not there", move(98, "v1.2.2"), {}, 400],
    ["a device that is no edge device", move(99, "v1.2.2"), {}, 400],
    ["a version that is not there", move(2, "v9"), {}, 400],
    ["a workflow of another application", { ...move(2, "v1.2.2"), flowId: "f20000000000000000000001" }, {}, 400],
    ["a behaviour that is not offered", { do: "behave", deviceId: line(2), behaviour: "toString" }, {}, 400],
    ["nothing", null, {}, 400],
  ])("%s cannot do anything", async (_who, body, headers, status) => {
    expect((await act(body, headers)).status).toBe(status);
    expect(await cellOf(line(2))).toBeUndefined();
  });

  test("no other page may show it in a frame", async () => {
    expect((await fetch(url)).headers.get("content-security-policy")).toBe("frame-ancestors 'none'");
  });
});

testInBrowser(
  "in a browser a device is moved by hand, made to fail and taken offline, and the page shows it without a reload",
  async () => {
    const browser = await launchBrowser(executable ?? "");
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(String(error)));
      await page.goto(url);
      await page.getByRole("rowheader", { name: "line-5" }).click();
      const dialog = page.getByRole("dialog");
      const telemetry = dialog.locator("section", { hasText: "Telemetry" });
      const chooseAndMove = async (version: string): Promise<void> => {
        await telemetry.getByLabel("Move by hand to").selectOption(version);
        await telemetry.getByRole("button", { name: "Move" }).click();
      };
      await chooseAndMove("v1.2.3");
      await telemetry.getByText("as wanted").waitFor();
      await dialog.getByRole("button", { name: "fails it" }).click();
      await chooseAndMove("v1.2.4");
      await telemetry.getByText("made to fail by hand").waitFor();
      expect(await cellOf(line(5))).toMatchObject({ state: "failed", wanted: "v1.2.4", running: "v1.2.3" });
      await dialog.getByRole("button", { name: "is offline" }).click();
      await dialog.locator("dd", { hasText: "offline" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByLabel("Application").selectOption({ label: "Plant Graz (staging)" });
      expect(await page.locator(".count").textContent()).toBe("2 devices");
      expect(said).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
