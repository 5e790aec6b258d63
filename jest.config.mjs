// Jest runs the sources as ES modules (`extensionsToTreatAsEsm`) with Node's own type stripping:
// got is an ES module only, and neither a compiler nor its settings stand between a test and the code.
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  // `npm run test:long`: what takes long and rests on what the others show in short. `npm run test:projects`: package managers.
  // `npm run test:languages`: programs in Go and Java.
  testPathIgnorePatterns: process.env["LONG_TESTS"] ? [] : ["<rootDir>/test/(long|projects|languages)/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/strip-types.cjs" },
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    "^pulumi-losant$": "<rootDir>/sdk/index.ts",
    "^pulumi-losant/provider$": "<rootDir>/provider/dynamic.ts",
    "^pulumi-losant/simulator$": "<rootDir>/sdk/simulator/index.ts",
    "^pulumi-losant/pipeline$": "<rootDir>/sdk/pipeline/index.ts",
    "^pulumi-losant/policy$": "<rootDir>/sdk/policy/index.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.pulumi-losant/"],
  testTimeout: 240_000,
  testSequencer: "<rootDir>/test/sequence.cjs",
  globalSetup: "<rootDir>/test/support/compile-cache.mjs",
  // Of 2 cores, 2 workers made the most previews a minute: 38, where one made 23 and three 36.
  maxWorkers: "100%",
};
