// The tests of the real CLI and of the browser first, the longest of them at the very first: else the last one runs alone. Only the order.
const { default: Sequencer } = require("@jest/test-sequencer");

/** Seconds on two cores, of those above half a minute. */
const SECONDS = {
  lifecycle: 75,
  "pipeline-promote": 65,
  "pipeline-deploy": 60,
  "pipeline-command": 60,
  killed: 57,
  matrix: 56,
  "handover-orders": 52,
  "native-yaml": 49,
  preflight: 50,
  data: 48,
  "secret-inputs": 47,
  told: 46,
  "pipeline-example": 43,
  "native-python": 42,
  "rollout-signals": 40,
  "status-page": 38,
  "pipeline-rollout": 36,
  "pipeline-unknown": 35,
  "bad-input": 35,
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
