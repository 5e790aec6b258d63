/** The licences of the packages that are bundled: who ships their code ships these. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * @param {readonly string[]} files - paths below node_modules
 * @returns {string}
 * @throws Error for a package without a licence text
 */
export function licensesOf(files) {
  const folders = [...new Set(files.map(packageFolder))];
  const packages = folders.map(licenseOf).toSorted((a, b) => a.title.localeCompare(b.title));
  return [
    "pulumi-losant contains code of these packages.",
    ...packages.map(({ title, text }) => `${"=".repeat(80)}\n${title}\n\n${text}`),
    "",
  ].join("\n\n");
}

/** The nearest folder above with a package.json that has a name: some packages have nameless ones inside. */
function packageFolder(file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version !== undefined) return folder;
  }
  throw new Error(`${file} belongs to no package`);
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} (${license}) has no licence text in ${folder}`);
  return { title: `${name} ${version} (${license})`, text: readFileSync(join(folder, file), "utf8").trim() };
}
