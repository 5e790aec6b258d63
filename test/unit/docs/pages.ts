/** The pages that people read, their code blocks, and their links. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Block {
  /** `docs/ci.md:3`: the line of its fence. */
  readonly at: string;
  readonly language: string;
  readonly code: string;
}

export const pages: readonly string[] = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** The fences of pages, and those of comments in the sources that the package exports. */
export const blocks: readonly Block[] = [...pages, ...commentedSources()].flatMap((path) =>
  blocksOf(path, readFileSync(path, "utf8")),
);

function commentedSources(): string[] {
  return readdirSync("sdk", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join("sdk", path));
}

export function blocksOf(path: string, text: string): Block[] {
  const fences = text.matchAll(/^([ *]*)```(\w+)\n([^]*?)^[ *]*```$/gm);
  return [...fences].map(({ index, 1: indent = "", 2: language = "", 3: code = "" }) => ({
    at: `${path}:${text.slice(0, index).split("\n").length}`,
    language,
    code: code
      .split("\n")
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.replace(/^ *\*? ?/, "")))
      .join("\n"),
  }));
}

export interface Link {
  readonly page: string;
  readonly target: string;
}

export function linksOf(page: string, text: string): Link[] {
  const prose = text.replaceAll(/^ *```[^]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ page, target }));
}

/** The anchors that GitHub, npm and the site give to the headings of a page. */
export function anchorsOf(text: string): string[] {
  return [...text.replaceAll(/^ *```[^]*?^ *```$/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
