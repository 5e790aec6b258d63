/** A real Chrome or Chromium, where this machine has one. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** `CHROME_PATH`, else the first on PATH; undefined where there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [
    process.env["CHROME_PATH"] ?? "",
    ...NAMES.flatMap((name) => folders.map((at) => join(at, name))),
  ];
  return [...candidates, ...PLACES].find((path) => path !== "" && existsSync(path));
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  // The sandbox needs a user that is not root. What is shown here is our own page.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}
