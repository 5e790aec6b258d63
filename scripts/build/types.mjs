/** The types of `dist/`: a `.d.ts` for each source that an entry's types lead to; the others are removed. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * @param {string} outDir
 * @param {readonly string[]} entries - names such as `sdk/index`
 */
export function pruneTypes(outDir, entries) {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const specifier of importsOf(readFileSync(file, "utf8"))) {
      if (specifier.startsWith(".")) visit(join(dirname(file), specifier.replace(/\.js$/, ".d.ts")));
    }
  };
  for (const entry of entries) visit(join(outDir, `${entry}.d.ts`));
  for (const path of readdirSync(outDir, { recursive: true })) {
    const file = join(outDir, String(path));
    if (file.endsWith(".d.ts") && !reached.has(file)) rmSync(file);
  }
  return [...reached].map((file) => relative(outDir, file));
}

/** @param {string} text - of a `.d.ts` */
export function importsOf(text) {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier);
}
