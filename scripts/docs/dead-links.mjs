/** Links of a built site that lead nowhere: to a file that is not there, or to an anchor that its page does not have. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * @param {string} folder - of the site
 * @returns {Map<string, string>} texts of pages by their path in the site; other files are there without their text
 */
export function sitePages(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1).replaceAll("\\", "/");
      return [name, name.endsWith(".html") ? readFileSync(path, "utf8") : ""];
    }),
  );
}

/** Pure. @param {Map<string, string>} pages @returns {string[]} */
export function deadLinksOf(pages) {
  const dead = [];
  for (const [path, text] of pages) {
    for (const [, link] of text.matchAll(/<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      if (/^[a-z]+:|^\/\//.test(link)) continue;
      const [file, anchor = ""] = link.split("#");
      const target = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(file)));
      const page = pages.get(target) ?? pages.get(posix.join(target, "index.html"));
      const isThere = page !== undefined && (anchor === "" || hasAnchor(page, decodeURIComponent(anchor)));
      if (!isThere) dead.push(`${path}: ${link}`);
    }
  }
  return [...new Set(dead)];
}

function hasAnchor(page, anchor) {
  return page.includes(`id="${anchor}"`) || page.includes(`name="${anchor}"`);
}
