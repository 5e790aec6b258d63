/** What must hold before a version is published. Pure. */

/** Only the publisher knows them. npm shows them, resolves the README's relative links by them, and wants them for provenance. */
const OF_THE_PUBLISHER = ["author", "repository", "homepage", "bugs"];

/**
 * @param {{ tag: string, manifest: Record<string, unknown>, changelog: string }} release
 * @returns {string[]} what is not as it must be
 */
export function problemsOf({ tag, manifest, changelog }) {
  const version = String(manifest.version);
  const missing = OF_THE_PUBLISHER.filter((name) => manifest[name] === undefined);
  return [
    ...(tag === `v${version}` ? [] : [`the tag ${tag || "(none)"} is not v${version}, the version of package.json`]),
    ...(notesOf(changelog, version) === "" ? [`CHANGELOG.md has nothing under "## ${version}"`] : []),
    ...(missing.length === 0 ? [] : [`package.json has no ${missing.join(", ")}: see "publisher" there`]),
  ];
}

/** The section of a version, without its heading. */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((one) => one.split("\n")[0].split(" ")[0] === version);
  return section === undefined ? "" : section.split("\n").slice(1).join("\n").trim();
}
