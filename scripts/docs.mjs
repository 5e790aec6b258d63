/**
 * `npm run docs`: the site of the documentation, made by TypeDoc from the README, `docs/` and the public API. A warning of
 * TypeDoc fails it, and so does a link of a page that leads nowhere.
 */
import { join, relative } from "node:path";
import { deadLinksOf, sitePages } from "./docs/dead-links.mjs";
import { main, Problem } from "./lib/main.mjs";
import { nodeBinary } from "./lib/packages.mjs";
import { localDir, modulesDir, root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

const site = join(localDir, "site");

await main(async () => {
  await ensureReady({});
  const typedoc = join(modulesDir, "typedoc", "bin", "typedoc");
  const code = await runVisibly(nodeBinary(), [typedoc, "--out", site, "--logLevel", "Warn"], { cwd: root });
  if (code !== 0) return code;
  const pages = sitePages(site);
  const dead = deadLinksOf(pages);
  if (dead.length > 0) throw new Problem(`Links that lead nowhere:\n${dead.join("\n")}`);
  const html = [...pages.keys()].filter((path) => path.endsWith(".html")).length;
  console.log(`${html} pages, no dead link: ${join(relative(root, site), "index.html")}`);
  return 0;
});
