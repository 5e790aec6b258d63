// Links between pages lead somewhere: in a clone, and in the package as npm has it.
import { expect, test } from "@jest/globals";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchorsOf, linksOf, pages } from "./pages.js";
import type { Link } from "./pages.js";

const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[] };
/** npm packs these whatever `files` says. */
const ALWAYS = ["README.md", "LICENSE", "package.json"];

const isOutside = ({ target }: Link): boolean => /^[a-z]+:/.test(target);
const isPacked = (path: string): boolean =>
  [...files, ...ALWAYS].some((entry) => path === entry || path.startsWith(`${entry.replace("/*/**", "")}/`));
const links = pages.flatMap((page) => linksOf(page, readFileSync(page, "utf8")));
const pathOf = ({ page, target }: Link): string =>
  target.startsWith("#") ? page : normalize(join(dirname(page), target.split("#")[0] ?? ""));

test("each link to a file or a heading leads there", () => {
  const dead = links.filter((link) => {
    if (isOutside(link)) return false;
    const path = pathOf(link);
    if (!existsSync(path)) return true;
    const anchor = link.target.split("#")[1];
    if (anchor === undefined) return false;
    return !statSync(path).isFile() || !anchorsOf(readFileSync(path, "utf8")).includes(anchor);
  });
  expect(links.length).toBeGreaterThan(30);
  expect(dead).toEqual([]);
});

test("the pages of the package link to what is in the package", () => {
  const missing = links.filter((link) => isPacked(link.page) && !isOutside(link) && !isPacked(pathOf(link)));
  expect(missing).toEqual([]);
});

test("every page of docs/ can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const link of links.filter((one) => one.page === page && !isOutside(one))) {
      if (pages.includes(pathOf(link))) reached.add(pathOf(link));
    }
  }
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});
