/** What a person may do to a simulated device, from what the page sends. Pure: it says what to run. */
import type { Behaviour, Seed, SeedApplication, SeedDevice, Simulator } from "../../simulator/index.js";

export class ActionRefused extends Error {}

export interface HandAction {
  readonly run: (simulator: Simulator) => void;
  readonly words: string;
}

type Sent = Readonly<Record<string, unknown>>;

const ERROR = "made to fail by hand";

/** The behaviours that the page offers. */
const BEHAVIOURS: ReadonlyMap<unknown, Behaviour> = new Map([
  ["immediate", { kind: "immediate" }],
  ["failing", { kind: "failing", error: ERROR }],
  ["offline", { kind: "offline" }],
]);

/**
 * @param value - the JSON that was sent
 * @throws ActionRefused for what does not exist
 */
export function actionIn(value: unknown, seed: Seed): HandAction {
  const action: Sent = value !== null && typeof value === "object" ? (value as Sent) : {};
  const application = seed.applications.find(({ devices }) => devices.some(({ id }) => id === action["deviceId"]));
  const device = application?.devices.find(({ id }) => id === action["deviceId"]);
  if (application === undefined || device === undefined || (device.deviceClass ?? "edgeCompute") !== "edgeCompute") {
    throw new ActionRefused("there is no such edge device");
  }
  if (action["do"] === "behave") return behave(device, action["behaviour"]);
  if (action["do"] === "move") return move(application, device, action, seed);
  throw new ActionRefused('"do" is neither "move" nor "behave"');
}

function behave({ id, name }: SeedDevice, kind: unknown): HandAction {
  const behaviour = BEHAVIOURS.get(kind);
  if (behaviour === undefined) throw new ActionRefused("there is no such behaviour");
  return { run: (simulator) => simulator.setBehaviour(id, behaviour), words: `${name} is ${behaviour.kind}` };
}

function move(
  application: SeedApplication,
  device: SeedDevice,
  { flowId, version }: Sent,
  { tokens }: Seed,
): HandAction {
  const flow = application.flows.find(({ id, flowClass = "edge" }) => id === flowId && flowClass === "edge");
  if (flow === undefined) throw new ActionRefused("there is no such edge workflow in the device's application");
  const wanted = version === null ? null : flow.versions.find((one) => one.version === version)?.version;
  if (wanted === undefined) throw new ActionRefused("the workflow has no such version");
  const by = tokens.find((token) => token.sourceType === "user") ?? tokens[0];
  if (by === undefined) throw new ActionRefused("the fleet has no token to do it with");
  const { sourceType, sourceId } = by;
  const change = { applicationId: application.id, flowId: flow.id, deviceId: device.id, version: wanted };
  return {
    run: (simulator) => simulator.change({ ...change, by: { sourceType, sourceId } }),
    words: `${flow.name} ${wanted ?? "nothing"} onto ${device.name}`,
  };
}
