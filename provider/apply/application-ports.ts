/** What every front of the package puts together in the same way: settings -> client -> the ports of the lifecycle. */
import { createFlowReader } from "./flow-reader.js";
import { createFlowSession } from "./flow-session.js";
import { actorNamesBy } from "../lookup/actor-names.js";
import { createRolloutGroups } from "./rollout-group.js";
import { createLosantClient } from "../losant/index.js";
import type { LosantId } from "../losant/types.js";
import type { Log } from "../messages/log.js";
import type { Clock, Instructions, MovedBySet, Ports } from "../ports.js";
import type { Interruption } from "../run-end.js";
import type { Approval } from "../resource/approved-plan.js";
import { tokenFor } from "../settings.js";
import type { Settings } from "../settings.js";

export interface WiringOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly isEngineAlive: () => Promise<boolean>;
  readonly interruption: Interruption;
  readonly instructions?: Instructions;
  /** Does a person watch? Without a terminal, progress becomes lines of a log that stay. */
  readonly isInteractive: boolean;
  /** The approved plan that the run is held to. */
  readonly approval?: Approval;
}

/** Numbers the debug lines, so that the last one shows how many calls a command made. */
let calls = 0;

/** @returns the ports of an application, the same ones for equal tokens; throws an Error that says how to give a token */
export function createPortsFor({
  settings,
  log,
  clock,
  isEngineAlive,
  interruption,
  instructions,
  isInteractive,
  approval,
}: WiringOptions): (applicationId: LosantId) => Ports {
  const portsByToken = new Map<string, Ports>();
  // Of all tokens: one program may use several for one application.
  const groups = createRolloutGroups();
  const moved = new Map<string, MovedBySet>();
  return (applicationId) => {
    if (settings.problems.length > 0) throw new Error(settings.problems.join("\n"));
    const token = tokenFor(settings, applicationId);
    if (typeof token !== "string") throw new Error(token.missing);
    const known = portsByToken.get(token);
    if (known) return known;
    const client = createLosantClient({
      apiUrl: settings.apiUrl,
      apiToken: token,
      totalTimeoutMs: settings.retrySeconds * 1000,
      onCall: ({ method, path, status, attempt }) => {
        calls += 1;
        const again = attempt > 1 ? `, attempt ${attempt}` : "";
        log.debug(`${method} ${path} ${status ?? "no answer"} (call ${calls} of the provider${again})`);
      },
    });
    const flows = createFlowReader(client);
    const actors = actorNamesBy(client, log);
    const rules = {
      allowFleetWideCalls: settings.replace === "exact",
      verifySeconds: settings.verifySeconds,
      retrySeconds: settings.retrySeconds,
      isWatched: isInteractive,
    };
    const shared = { flows, log, clock, rules, isEngineAlive, interruption, actors, approval };
    const session = createFlowSession({ client, ...shared });
    const ports: Ports = { session, ...shared, instructions, groups, moved };
    portsByToken.set(token, ports);
    return ports;
  };
}

/** It goes on where the clock of the machine is set, and rests where the machine sleeps: no time-out ends too early. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
