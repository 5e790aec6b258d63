/**
 * The status page with 5,000 devices and four workflows, in a real Chrome or Chromium: its size, how long until it can be
 * used, how fast a search answers, and how even it scrolls.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { fleetStatusOf, pageTemplate, toStatusHtml } from "../../dist/sdk/status/index.js";

const DEVICES = 5_000;
const FLOWS = 4;
const RUNS = 7;

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = process.env.PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
const executablePath = [process.env.CHROME_PATH ?? "", ...places].find((path) => path !== "" && existsSync(path));
if (executablePath === undefined) {
  console.log("No Chrome or Chromium is on PATH, and CHROME_PATH is not set: nothing was measured.");
  process.exit(0);
}

const idOf = (kind, number) => kind + String(number).padStart(24 - kind.length, "0");
const by = { sourceType: "apiToken", sourceId: idOf("5b", 1) };
const numbers = (count) => Array.from({ length: count }, (_, number) => number);
const rowOf = (number, flow) => {
  const currentVersion = number % 50 === flow ? "v1.2.2" : "v1.2.3";
  const log = {
    date: new Date(Date.now() - number * 60_000).toISOString(),
    newValue: "v1.2.3",
    previousValue: "v1.2.2",
  };
  const reports = currentVersion === "v1.2.3" ? [{ ...log, changeType: "current" }] : [];
  return {
    id: idOf("e", number * FLOWS + flow),
    deviceId: idOf("d", number),
    flowId: idOf("f", flow),
    desiredVersion: "v1.2.3",
    currentVersion,
    logs: [{ ...log, ...by, changeType: "desired" }, ...reports],
  };
};
const facts = {
  applicationId: idOf("a", 1),
  devices: numbers(DEVICES).map((number) => ({
    id: idOf("d", number),
    name: `line-${number}`,
    tags: [{ key: "site", value: `site-${number % 20}` }],
    connected: number % 40 > 0,
    edgeAgentVersion: "1.40.0",
  })),
  workflows: numbers(FLOWS).map((flow) => ({ id: idOf("f", flow), name: `Workflow ${flow}` })),
  deployments: numbers(DEVICES).flatMap((number) => numbers(FLOWS).map((flow) => rowOf(number, flow))),
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const show = (what, value) => console.log(`  ${what.padEnd(44)} ${value}`);

const began = performance.now();
const status = fleetStatusOf({ applications: [facts], now: new Date() });
const modelled = performance.now();
const html = toStatusHtml(pageTemplate, status);
const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-bench-"));
const file = join(folder, "status.html");
writeFileSync(file, html);
console.log(`${DEVICES} devices, ${FLOWS} workflows`);
show("the view model", `${(modelled - began).toFixed(0)} ms`);
show(
  "the page without a status",
  `${(pageTemplate.length / 1e3).toFixed(0)} kB, ${(gzipSync(pageTemplate).length / 1e3).toFixed(0)} kB as gzip`,
);
show(
  "the page",
  `${(statSync(file).size / 1e6).toFixed(1)} MB, ${(gzipSync(html).length / 1e3).toFixed(0)} kB as gzip`,
);

const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
const loads = [];
let page;
for (let run = 0; run < RUNS; run++) {
  await page?.close();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(pathToFileURL(file).href);
  // The first frame after the grid is there: it is drawn, and the page takes input.
  loads.push(
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))),
    ),
  );
}
show(
  "from navigation to interactive, median",
  `${median(loads).toFixed(0)} ms (${Math.min(...loads).toFixed(0)} to ${Math.max(...loads).toFixed(0)})`,
);
show("elements in the document", await page.evaluate(() => document.querySelectorAll("*").length));
show("heap", `${((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6).toFixed(0)} MB`);

/** From a key to the frame that shows its answer. */
const typed = (text) =>
  page.evaluate(
    (text) =>
      new Promise((resolve) => {
        const input = document.querySelector("input[type=search]");
        const from = performance.now();
        input.value = text;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
      }),
    text,
  );
show("the first key of a search", `${(await typed("l")).toFixed(0)} ms`);
const keys = [];
for (const text of ["li", "lin", "line", "line-4", "line-49", "site-7"]) keys.push(await typed(text));
show("each further key, median", `${median(keys).toFixed(0)} ms`);
await typed("");

const frames = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const matrix = document.querySelector(".matrix");
      const times = [];
      let last = performance.now();
      const step = (now) => {
        times.push(now - last);
        last = now;
        matrix.scrollTop += 400;
        if (times.length < 300) requestAnimationFrame(step);
        else resolve(times.slice(1));
      };
      requestAnimationFrame(step);
    }),
);
const sorted = frames.toSorted((a, b) => a - b);
const at = (share) => sorted[Math.floor(sorted.length * share)].toFixed(0);
show("frames of a scroll, 400 pixels each", `median ${at(0.5)} ms, 95 % below ${at(0.95)} ms, longest ${at(0.999)} ms`);
await browser.close();
rmSync(folder, { recursive: true });
