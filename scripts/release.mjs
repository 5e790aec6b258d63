/**
 * `node scripts/release.mjs v0.1.0`: may this tag be published? Prints the changelog's section of the version, for the
 * release's notes. The release workflow runs it before everything else.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main, Problem } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { notesOf, problemsOf } from "./release/release.mjs";

await main(async () => {
  const [tag = ""] = process.argv.slice(2);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const problems = problemsOf({ tag, manifest, changelog });
  if (problems.length > 0) throw new Problem(`${tag || "No tag"} cannot be published:\n- ${problems.join("\n- ")}`);
  console.log(notesOf(changelog, manifest.version));
  return 0;
});
