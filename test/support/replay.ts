/**
 * How a property that failed is played again: `LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/NAME`.
 *
 * The first failure ends the property and prints both. To look for the shortest case costs minutes, in which the seed is
 * not printed yet: that is for a person who asks for it, with `LIFECYCLE_SHRINK=1`.
 */
const { LIFECYCLE_SEED: seed, LIFECYCLE_PATH: path, LIFECYCLE_SHRINK: shrink } = process.env;

export const replay = {
  endOnFailure: shrink === undefined,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
};
