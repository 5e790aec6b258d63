/** Outputs and inputs as they go into the state: with short lists. Pure. */
import type { Live } from "./live.js";
import { listed, unlisted } from "./long-lists.js";
import type { Unlisted } from "./long-lists.js";
import { STATE_KEY } from "./state.js";
import type { Outputs } from "./state.js";

/** `shownIn` and the pipeline read the whole lists back. */
export function outputProps(outputs: Outputs): Outputs {
  const drift = unlisted(outputs.drift);
  const failures = unlisted(outputs.failures);
  if (drift === undefined && failures === undefined) return outputs;
  const rest: Unlisted = {
    ...(drift === undefined ? {} : { drift }),
    ...(failures === undefined ? {} : { failures }),
  };
  return {
    ...outputs,
    drift: listed(outputs.drift),
    failures: listed(outputs.failures),
    [STATE_KEY]: { ...outputs[STATE_KEY], unlisted: rest },
  };
}

/** What a refresh shows. Nothing reads it back, so that the rest is left out. */
export function inputProps(inputs: Live["inputs"]): Live["inputs"] {
  return inputs.drift === undefined ? inputs : { ...inputs, drift: listed(inputs.drift) };
}
