import { availableParallelism } from "node:os";

// Jest runs the sources as ES modules (`extensionsToTreatAsEsm`) with Node's own type stripping:
// got is an ES module only, and neither a compiler nor its settings stand between a test and the code.
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/strip-types.cjs" },
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    "^pulumi-losant$": "<rootDir>/sdk/index.ts",
    "^pulumi-losant/provider$": "<rootDir>/provider/index.ts",
    "^pulumi-losant/simulator$": "<rootDir>/sdk/simulator/index.ts",
    "^pulumi-losant/pipeline$": "<rootDir>/sdk/pipeline/index.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.pulumi-losant/"],
  testTimeout: 120_000,
  globalSetup: "<rootDir>/test/support/compile-cache.mjs",
  // Tests with the real CLI wait a tenth of their time: with a worker a core, the cores would be idle that long.
  maxWorkers: availableParallelism() + 1,
};
