import { randomBytes } from "node:crypto";

/** @typedef {import("pulumi-losant/simulator").Seed} Seed */

/**
 * The seed with new tokens. Those of the seed stand in the source code, so every program on this machine, and every web
 * page that gets past the browser, would know them.
 * @param {Seed} seed
 * @returns {Seed}
 */
export function withRandomTokens(seed) {
  const tokens = seed.tokens.map((token) => ({ ...token, token: `sim-${randomBytes(16).toString("hex")}` }));
  return { ...seed, tokens };
}
