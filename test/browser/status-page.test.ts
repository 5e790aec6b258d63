// The status page in a real browser: what it shows, how it is used, that it does no harm.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import axe from "axe-core";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { toStatusHtml } from "../../sdk/status/html.js";
import { fleetStatusOf } from "../../sdk/status/status-of.js";
import { findBrowser, launchBrowser } from "../support/browser.js";
import { NOW, statusFleet } from "../support/status-fleet.js";
import type { StatusFleetOptions } from "../support/status-fleet.js";

const executable = findBrowser();
const inBrowser = executable === undefined ? describe.skip : describe;
/** In a process of its own: the bundler does not run in Jest's. */
function builtPage(): string {
  const module = JSON.stringify(new URL("../../scripts/build/page.mjs", import.meta.url).href);
  const code = `process.stdout.write((await (await import(${module})).buildPage(process.cwd())).template)`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
}

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const screenshots = resolve(".pulumi-losant/screenshots");
let browser: Browser;
let template: string;
let folder: string;

interface Opened {
  readonly page: Page;
  /** Errors, warnings, and whatever else the page has to say. */
  readonly said: string[];
  /** What the page asked of any server. */
  readonly requests: string[];
}

interface View {
  readonly scheme?: "light" | "dark";
  readonly viewport?: typeof WIDE;
  /** The browser's clock. */
  readonly at?: Date;
}

const SOON = new Date(NOW.getTime() + 5 * 60_000);

async function open(
  fleet: StatusFleetOptions,
  { scheme = "light", viewport = WIDE, at = SOON }: View = {},
): Promise<Opened> {
  const file = join(folder, `${Math.random()}.html`);
  writeFileSync(file, toStatusHtml(template, fleetStatusOf(statusFleet(fleet))));
  const page = await browser.newPage({ viewport, colorScheme: scheme });
  await page.clock.setFixedTime(at);
  const said: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("dialog", (dialog) => said.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('[role="grid"] [role="rowheader"]');
  return { page, said, requests: requests.filter((url) => !url.startsWith("data:")).slice(1) };
}

/** A line a violation: which rule, and where. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>("axe.run()");
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

const DRIFTED = "Telemetrydrifted, v1.2.2not v1.2.345m ago by user 5cfe…aa07";
const cell = (page: Page, row: number, column: number) => page.locator(`[data-row="${row}"][data-column="${column}"]`);
const focused = (page: Page): Promise<string> => page.evaluate("document.activeElement.textContent");

inBrowser("the status page, in a real Chrome or Chromium", () => {
  beforeAll(async () => {
    template = builtPage();
    folder = mkdtempSync(join(tmpdir(), "pulumi-losant-page-"));
    mkdirSync(screenshots, { recursive: true });
    browser = await launchBrowser(executable ?? "");
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(["light", "dark"] as const)("in %s", (scheme) => {
    test.each([
      ["wide", WIDE],
      ["narrow", NARROW],
    ] as const)(
      "%s: drawn without an error or a request, and axe finds nothing, with a device open too",
      async (name, viewport) => {
        const { page, said, requests } = await open({ devices: 200 }, { scheme, viewport });
        const picture = await page.screenshot({ path: join(screenshots, `${name}-${scheme}.png`) });
        expect(picture.length).toBeGreaterThan(20_000);
        expect(await violations(page)).toEqual([]);
        await cell(page, 0, 1).click();
        await page.waitForSelector("dialog[open]");
        await page.screenshot({ path: join(screenshots, `${name}-${scheme}-device.png`) });
        expect(await violations(page)).toEqual([]);
        expect({ said, requests }).toEqual({ said: [], requests: [] });
        // Nothing sticks out to the side.
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        await page.close();
      },
    );
  });

  test("the worst stands first: failed, then drifted, then pending, with error, versions, who and when", async () => {
    const { page } = await open({ devices: 100 });
    expect(await page.locator(".verdict").textContent()).toMatch(/1.failed, 1.drifted, 1.pending$/);
    expect(await cell(page, 0, 4).textContent()).toContain("v0.9.0→v1.0.0module modbus-tcp is missing on this gateway");
    expect(await cell(page, 1, 3).textContent()).toBe(DRIFTED);
    expect(await cell(page, 2, 0).textContent()).toContain("offline");
    expect(await cell(page, 2, 3).textContent()).toMatch(/v1\.2\.2→v1\.2\.3pending · .* ago by apiToken 5b00…a5e1/);
    await page.close();
  });

  test("names, errors and versions from Losant are text, whatever stands in them", async () => {
    const names = [
      '<img src=x onerror="window.pwned = 1">',
      "</script><script>window.pwned = 1</script>",
      "<!--<script>",
      "line-\u202E3-enil",
      "bell\u0007 and \u001B[31mred",
      "{{constructor.constructor('window.pwned = 1')()}}",
      "javascript:alert(1)",
    ];
    const { page, said } = await open({ devices: names.length, names });
    const shown = await page.locator('[role="rowheader"] .name').allTextContents();
    expect(shown.toSorted()).toEqual(
      [
        ...names.slice(0, 3),
        String.raw`line-\u{202e}3-enil`,
        String.raw`bell\u{7} and \u{1b}[31mred`,
        ...names.slice(5),
      ].toSorted(),
    );
    await cell(page, 0, 0).hover();
    await cell(page, 0, 1).click();
    expect(await page.evaluate("[typeof window.pwned, document.images.length, document.scripts.length]")).toEqual([
      "undefined",
      0,
      2,
    ]);
    expect(said).toEqual([]);
    await page.close();
  });

  test("by keyboard: the grid is one stop, arrows move in it, a tip says who and when, Enter opens, Escape comes back", async () => {
    const { page } = await open({ devices: 100 });
    await page.keyboard.press("/");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toContain("line-21");
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    expect(await focused(page)).toBe(DRIFTED);
    const tip = page.getByRole("tooltip");
    expect(await page.evaluate("document.activeElement.getAttribute('aria-describedby')")).toBe(
      await tip.getAttribute("id"),
    );
    expect(await tip.textContent()).toContain("Byuser 5cfe44f0a3a3b90006c0aa07");
    expect(await tip.textContent()).toContain("Set2026-11-26 13:20:00 UTC");
    expect(await tip.textContent()).toContain("Ownerproduction: telemetry");
    await page.keyboard.press("Escape");
    expect(await tip.count()).toBe(0);
    await page.keyboard.press("Enter");
    expect(await page.getByRole("dialog").textContent()).toContain("line-12");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await focused(page)).toBe(DRIFTED);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('[role=grid]') === null")).toBe(true);
    await page.close();
  });

  test("tiles and search choose devices, and say how many are left", async () => {
    const { page } = await open({ devices: 300 });
    const count = page.locator(".count");
    await page.getByRole("button", { name: "Failed" }).click();
    expect(await count.textContent()).toBe("3 of 300 devices");
    await page.getByRole("button", { name: "Failed" }).click();
    await page.getByRole("searchbox").fill("5cfe44 line-1");
    expect(await count.textContent()).toBe("2 of 300 devices");
    await page.getByRole("searchbox").fill("no such device");
    await page.getByRole("button", { name: "Show all devices" }).click();
    expect(await count.textContent()).toBe("300 devices");
    await page.getByLabel("Sort").selectOption("name");
    expect(await cell(page, 0, 0).textContent()).toContain("line-1");
    await page.close();
  });

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ] as const)(
    "%s, of 5,000 devices only those in sight are in the document, and the last can be reached",
    async (_name, viewport) => {
      const { page, said } = await open({ devices: 5000 }, { viewport });
      const rows = page.locator('.body [role="row"]');
      expect(await rows.count()).toBeLessThan(60);
      expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("5001");
      await cell(page, 0, 0).focus();
      await page.keyboard.press("Control+End");
      await page.locator('[role="row"][aria-rowindex="5001"]').waitFor();
      expect(await page.evaluate("document.activeElement.closest('[role=row]').getAttribute('aria-rowindex')")).toBe(
        "5001",
      );
      expect(await rows.count()).toBeLessThan(60);
      expect(said).toEqual([]);
      await page.close();
    },
  );

  test("a page of last week says so", async () => {
    const fresh = await open({ devices: 3 });
    expect(await fresh.page.locator(".read").textContent()).toBe("as of 5m ago · 2026-11-26 14:00 UTC");
    const old = await open({ devices: 3 }, { at: new Date(NOW.getTime() + 8 * 24 * 3_600_000) });
    expect(await old.page.locator(".read").textContent()).toBe("Old: as of 8d ago · 2026-11-26 14:00 UTC");
    await Promise.all([fresh.page.close(), old.page.close()]);
  });
});
