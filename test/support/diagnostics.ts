/** What a Pulumi command said under its rows. */
import type { Result } from "./project.js";

/** The messages by resource; `""` for the stack. */
export function said({ output }: Pick<Result, "output">): Record<string, string[]> {
  const diagnostics = /\nDiagnostics:\n([\s\S]*?)\n(?:Resources|Outputs|Duration):?/.exec(output)?.[1] ?? "";
  const rows = diagnostics.split(/\n {2}(?=\S)|^ {2}(?=\S)/).filter(Boolean);
  return Object.fromEntries(
    rows.map((row) => {
      const [head = "", ...messages] = row.split("\n").map((text) => text.trim());
      return [head.includes("Stack") ? "" : (/\((.*)\)/.exec(head)?.[1] ?? ""), messages.filter(Boolean)];
    }),
  );
}
