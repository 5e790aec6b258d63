// The tests of the real CLI and of the browser first, the longest of them at the very first: else the last one runs alone. Only the order.
const { default: Sequencer } = require("@jest/test-sequencer");

/** Seconds on two cores, of those above half a minute. */
const SECONDS = {
  lifecycle: 85,
  killed: 68,
  matrix: 63,
  "pipeline-command": 58,
  "handover-orders": 56,
  "pipeline-deploy": 56,
  "whole-flow": 55,
  "pipeline-promote": 55,
  preflight: 51,
  "native-yaml": 48,
  told: 47,
  "rollout-signals": 46,
  "secret-inputs": 43,
  quickstart: 41,
  "native-python": 40,
  truth: 40,
  "pipeline-example": 38,
  "pipeline-rollout": 37,
  lookouts: 35,
  adopt: 34,
  "bad-input": 34,
  "rollout-example": 32,
  "pipeline-unknown": 30,
};

module.exports = class extends Sequencer {
  sort(tests) {
    return tests.toSorted((a, b) => weight(b) - weight(a));
  }
};

function weight({ path }) {
  const [, name] = /[\\/](?:cli|browser)[\\/]([\w-]+)\.test\.ts$/.exec(path) ?? [];
  return name === undefined ? 0 : (SECONDS[name] ?? 25);
}
