/** Part of `npm run lint`: an exported name stands for one thing, so that a search for it finds one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main, Problem } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";

const EXPORT = /^export (?:declare )?(?:async )?(?:abstract )?(?:const|function\*?|type|interface|class) (\w+)/gm;

/**
 * Names that several files export; an overload in one file is one name. Pure.
 *
 * @param {Readonly<Record<string, string>>} texts - by path
 * @returns {readonly string[]} a line each
 */
export function doubleNames(texts) {
  const files = new Map();
  for (const [path, text] of Object.entries(texts)) {
    for (const [, name] of text.matchAll(EXPORT)) files.set(name, (files.get(name) ?? new Set()).add(path));
  }
  return [...files]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name} is exported by ${[...paths].join(" and ")}`);
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const paths = ["provider", "sdk"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)),
    );
    const sources = paths.filter((path) => /\.tsx?$/.test(path));
    const doubles = doubleNames(
      Object.fromEntries(sources.map((path) => [path, readFileSync(join(root, path), "utf8")])),
    );
    if (doubles.length > 0) throw new Problem(doubles.join("\n"));
    return 0;
  });
}
