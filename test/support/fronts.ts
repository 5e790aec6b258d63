/** Both fronts of the package on one simulator: the dynamic provider's lifecycle, and the native plugin's service. */
import type { Simulator } from "pulumi-losant/simulator";
import { createFlowReader } from "../../provider/apply/flow-reader.js";
import { createFlowSession } from "../../provider/apply/flow-session.js";
import { createHandover } from "../../provider/apply/handover.js";
import { createLifecycle } from "../../provider/lifecycle.js";
import { createLosantClient } from "../../provider/losant/index.js";
import { silent } from "../../provider/messages/log.js";
import type { Ports } from "../../provider/ports.js";
import { settingsFrom } from "../../provider/settings.js";
import type { Lifecycle } from "../../provider/verbs.js";
import { createNativeFront } from "./native-front.js";
import { createClock } from "./session.js";

export const FRONTS = ["dynamic", "native"] as const;
export type Front = (typeof FRONTS)[number];

export interface PluginOnOptions {
  readonly simulator: Simulator;
  readonly apiUrl: string;
  readonly apiToken: string;
  /** Gets each pause of the provider, in milliseconds. */
  readonly onSleep: (ms: number) => void;
  /** For one attempt of a call. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

export function frontOn(front: Front, options: PluginOnOptions): Lifecycle {
  if (front === "dynamic") return pluginOn(options);
  const ports = portsOn(options);
  return createNativeFront({
    config: { apiToken: options.apiToken },
    clock: ports.clock,
    portsFor: () => ports,
    names: new Map(),
  });
}

export function pluginOn(options: PluginOnOptions): Lifecycle {
  const ports = portsOn(options);
  let number = 0;
  return createLifecycle({
    settings: () => ({ ...settingsFrom(unset, unset), apiToken: options.apiToken }),
    portsFor: () => ports,
    handover: createHandover(),
    newId: ({ applicationId, flowId }) => `${applicationId}/${flowId}/${(number += 1).toString(16).padStart(16, "0")}`,
  });
}

const unset = (): undefined => undefined;

/** Real HTTP with short time-outs; the waiting of the provider itself takes no time. */
function portsOn({ simulator, apiUrl, apiToken, onSleep, timeoutMs, maxAttempts }: PluginOnOptions): Ports {
  const client = createLosantClient({
    apiUrl,
    apiToken,
    timeoutMs,
    totalTimeoutMs: timeoutMs * 20,
    retryDelayMs: 1,
    maxAttempts,
    maxAnswerBytes: 2 ** 20,
  });
  const clock = createClock((ms) => {
    onSleep(ms);
    simulator.settle();
  });
  const flows = createFlowReader(client, { now: () => clock.now() });
  const rules = { allowFleetWideCalls: true, verifySeconds: 10, retrySeconds: 120 };
  const session = createFlowSession({ client, flows, log: silent, clock, rules });
  return { session, flows, log: silent, clock, rules };
}
