import { randomBytes } from "node:crypto";
import type { Seed } from "../../simulator/index.js";

/**
 * The seed with new tokens. Those of the demo fleet stand in the source code, so every program on this machine, and every
 * web page that gets past the browser, would know them.
 */
export function withRandomTokens(seed: Seed): Seed {
  const tokens = seed.tokens.map((token) => ({ ...token, token: `sim-${randomBytes(16).toString("hex")}` }));
  return { ...seed, tokens };
}
