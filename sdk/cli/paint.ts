/** Colours of a terminal. `NO_COLOR` and `FORCE_COLOR` count. */
import { styleText } from "node:util";

export type Tone = "failed" | "drifted" | "pending" | "deployed" | "muted" | "strong";
export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  failed: ["red", "bold"],
  drifted: ["yellow"],
  pending: ["cyan"],
  deployed: ["green"],
  muted: ["dim"],
  strong: ["bold"],
} as const satisfies Record<Tone, readonly string[]>;

export const noColours: Paint = (_tone, text) => text;

/** Colours where this stream shows them. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText([...STYLES[tone]], text, { stream });
}
