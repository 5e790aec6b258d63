/** One plugin process: the provider's verbs, whose calls and sleeps wait for their turn. */
import { createFlowSession } from "../../provider/apply/flow-session.js";
import { createRolloutGroups } from "../../provider/apply/rollout-group.js";
import { createHandover } from "../../provider/apply/handover.js";
import { createLifecycle } from "../../provider/lifecycle.js";
import type { Lifecycle } from "../../provider/verbs.js";
import type { Log } from "../../provider/messages/log.js";
import type { LosantClient } from "../../provider/losant/types.js";
import { createFlowReader } from "../../provider/apply/flow-reader.js";
import type { Ports, Rules } from "../../provider/ports.js";
import type { Approval } from "../../provider/resource/approved-plan.js";
import { settingsFrom } from "../../provider/settings.js";
import type { Front } from "./fronts.js";
import { settle } from "./host.js";
import { createNativeFront } from "./native-front.js";
import { runningProgram } from "./program-side.js";
import type { Process, Scheduler } from "./scheduler.js";

export interface PluginOptions {
  readonly client: LosantClient;
  readonly apiToken: string;
  readonly scheduler: Scheduler;
  readonly process: Process;
  readonly rules: Rules;
  /** Tells the resources of a test apart, for their ids. */
  readonly nextNumber: () => number;
  readonly say?: (message: string) => void;
  /** Told of each operation as it is sent. */
  readonly onSent?: (operation: string) => void;
  /** @default "dynamic" */
  readonly front?: Front;
  readonly approval?: Approval;
  /** Of the native front: the names of resources by id, which outlive a process. */
  readonly names?: Map<string, string>;
}

export function createPlugin(options: PluginOptions): Lifecycle {
  const {
    apiToken,
    scheduler,
    process,
    rules,
    nextNumber,
    front,
    names = new Map(),
    say = () => {},
    approval,
  } = options;
  const client = scheduled(options);
  const clock = { now: scheduler.now, sleep: (ms: number) => scheduler.sleep(ms, process) };
  const flows = createFlowReader(client, { now: scheduler.now });
  const isEngineAlive = async (): Promise<boolean> => !process.isOrphan;
  const log: Log = { debug: () => {}, progress: () => {}, info: say, warn: say };
  const session = createFlowSession({ client, flows, log, clock, rules, isEngineAlive, approval });
  const ports: Ports = { session, flows, log, clock, rules, isEngineAlive, approval, groups: createRolloutGroups() };
  if (front === "native") {
    const isAlive = (): boolean => !process.isOrphan;
    return createNativeFront({ config: { apiToken }, clock, portsFor: () => ports, names, say, isAlive });
  }
  return createLifecycle({
    settings: () => ({ ...settingsFrom(unset, unset), apiToken }),
    portsFor: () => ports,
    handover: createHandover({ findRun: async () => runningProgram() }),
    newId: ({ applicationId, flowId }) => `${applicationId}/${flowId}/${nextNumber().toString(16).padStart(16, "0")}`,
  });
}

const unset = (): undefined => undefined;

/** Every operation waits for its turn before it is sent, and before its answer is handed on. */
function scheduled({ client, scheduler, process, onSent }: PluginOptions): LosantClient {
  const { until: _, ...calls } = client;
  const operations = Object.entries(calls) as [string, (...args: unknown[]) => Promise<unknown>][];
  const wrapped = operations.map(([name, operation]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      await scheduler.turn("call", process);
      onSent?.(name);
      const answer = await scheduler.outside(() => settle(operation(...args)));
      await scheduler.turn("answer", process);
      if ("error" in answer) throw answer.error;
      return answer.value;
    },
  ]);
  return Object.fromEntries(wrapped) as LosantClient;
}
