/** The code blocks of a Markdown page. */

export interface CodeBlock {
  /** `ts`, `sh`, `json`... */
  readonly language: string;
  readonly text: string;
  /** The name in its first line: `// line.ts`. */
  readonly file?: string;
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => {
    const file = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    return { language, text, ...(file === undefined ? {} : { file }) };
  });
}
