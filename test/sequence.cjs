// The tests of the real CLI and of the browser first, the longest of them at the very first: else the last one runs alone. Only the order.
const { default: Sequencer } = require("@jest/test-sequencer");

/** Seconds on two cores, of those above half a minute. */
const SECONDS = {
  lifecycle: 93,
  "pipeline-example": 78,
  "pipeline-command": 76,
  killed: 70,
  "pipeline-deploy": 66,
  "pipeline-promote": 63,
  "rollout-signals": 56,
  preflight: 52,
  "secret-inputs": 51,
  told: 51,
  "native-yaml": 46,
  "pipeline-rollout": 41,
  "bad-input": 41,
  "pipeline-unknown": 39,
  quickstart: 39,
  package: 39,
  "whole-flow": 37,
  "native-python": 36,
  "pipeline-plan": 35,
  "data-examples": 34,
  adopt: 33,
  "pipeline-drift": 33,
  "plan-file": 33,
  "status-page": 31,
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
