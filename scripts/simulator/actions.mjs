/** What a person may do to a simulated device, from what the page sends. Pure: it says what to run. */

/** @typedef {import("pulumi-losant/simulator").Seed} Seed */
/** @typedef {import("pulumi-losant/simulator").Simulator} Simulator */

export class ActionRefused extends Error {}

const ERROR = "made to fail by hand";

/** The behaviours that the page offers. */
const BEHAVIOURS = {
  immediate: { kind: "immediate" },
  failing: { kind: "failing", error: ERROR },
  offline: { kind: "offline" },
};

/**
 * @param {unknown} value - the JSON that was sent
 * @param {Seed} seed
 * @returns {{ run: (simulator: Simulator) => void, words: string }}
 * @throws ActionRefused for what does not exist
 */
export function actionIn(value, seed) {
  const action = value !== null && typeof value === "object" ? value : {};
  const application = seed.applications.find(({ devices }) => devices.some(({ id }) => id === action.deviceId));
  const device = application?.devices.find(({ id }) => id === action.deviceId);
  if (device === undefined || (device.deviceClass ?? "edgeCompute") !== "edgeCompute") {
    throw new ActionRefused("there is no such edge device");
  }
  if (action.do === "behave") return behave(device, action.behaviour);
  if (action.do === "move") return move(application, device, action, seed);
  throw new ActionRefused('"do" is neither "move" nor "behave"');
}

function behave({ id, name }, behaviour) {
  if (!Object.hasOwn(BEHAVIOURS, behaviour)) throw new ActionRefused("there is no such behaviour");
  return { run: (simulator) => simulator.setBehaviour(id, BEHAVIOURS[behaviour]), words: `${name} is ${behaviour}` };
}

function move(application, device, { flowId, version }, { tokens }) {
  const flow = application.flows.find(({ id, flowClass = "edge" }) => id === flowId && flowClass === "edge");
  if (flow === undefined) throw new ActionRefused("there is no such edge workflow in the device's application");
  if (version !== null && !flow.versions.some((one) => one.version === version)) {
    throw new ActionRefused("the workflow has no such version");
  }
  const { sourceType, sourceId } = tokens.find((token) => token.sourceType === "user") ?? tokens[0];
  const change = { applicationId: application.id, flowId, deviceId: device.id, version };
  return {
    run: (simulator) => simulator.change({ ...change, by: { sourceType, sourceId } }),
    words: `${flow.name} ${version ?? "nothing"} onto ${device.name}`,
  };
}
