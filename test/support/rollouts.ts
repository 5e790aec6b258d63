/** Whole rollouts by the provider's own verbs over real HTTP; each test file has one plant at a time. */
import { expect } from "@jest/globals";
import { createFlowSession } from "../../provider/apply/flow-session.js";
import { createRolloutGroups } from "../../provider/apply/rollout-group.js";
import { createHandover } from "../../provider/apply/handover.js";
import { InitError } from "../../provider/apply/apply-resource.js";
import { createLifecycle } from "../../provider/lifecycle.js";
import type { Environment } from "../../provider/lifecycle.js";
import { withSets } from "../../provider/set-lifecycle.js";
import type { Lifecycle } from "../../provider/verbs.js";
import type { ResourceProps } from "../../provider/verbs.js";
import { silent } from "../../provider/messages/log.js";
import { recordIn } from "../../provider/messages/run-record.js";
import type { RunRecord } from "../../provider/messages/run-record.js";
import { createLosantClient } from "../../provider/losant/index.js";
import { createInterruption } from "../../provider/host/interruption.js";
import { createFlowReader } from "../../provider/apply/flow-reader.js";
import { createInstructions } from "../../provider/apply/instructions.js";
import { tellRuns } from "../../sdk/cli/tell.js";
import type { Clock, MovedBySet, StackTags } from "../../provider/ports.js";
import type { Approval } from "../../provider/resource/approved-plan.js";
import { settingsFrom } from "../../provider/settings.js";
import { createPlant } from "./plant.js";
import type { Plant, PlantOptions } from "./plant.js";

export let plant: Plant;
export let lifecycle: Lifecycle;
/** Each Pulumi command has a plugin process of its own, which knows only what this one declares. */
export let startPlugin: () => Lifecycle;
export let said: string[];
/** The records for the pipeline. */
export let records: RunRecord[];
let isAlive = true;
/** As at the first Ctrl-C. */
export let interrupt: () => void;
/** The approved plan of the plugins that start from now on. */
export let approve: (approved: Approval | undefined) => void;
/** The next command: nobody has interrupted it. */
export let restart: () => void;
/** The tags of the stack, how often they were asked for, and what asking fails with. */
export let stackTags: { readonly all: Map<string, string>; asked: number; fault?: string };
/** `pulumi-losant stop | pause | resume` from elsewhere. @returns what the command prints */
export const tell = async (command: "stop" | "pause" | "resume"): Promise<string> => {
  const workspace = {
    listTags: async () => Object.fromEntries(stackTags.all),
    setTag: async (_stack: string, name: string, value: string) => void stackTags.all.set(name, value),
  };
  return (await tellRuns(workspace, { command, stack: "dev", by: "anna@laptop" })).text;
};
/** As if the CLI had been killed and left its plugin running. */
export const engineGoes = (): void => {
  isAlive = false;
};

/**
 * @param machine - `wrongBy`: how far the clock of this machine is ahead, in milliseconds; it has fractions, as the real one.
 * `sleepsMs`: how long the machine sleeps in the first wait. `rowsPerPage`: see {@link Rules}
 */
export async function begin(
  options: PlantOptions = {},
  config: Record<string, string> = {},
  machine: { readonly wrongBy?: number; readonly sleepsMs?: number; readonly rowsPerPage?: number } = {},
): Promise<void> {
  plant = await createPlant({ devices: 6, ...options });
  const { simulator, token } = plant;
  const client = createLosantClient({ apiUrl: simulator.url, apiToken: token, retryDelayMs: 5, maxAttempts: 8 });
  said = [];
  records = [];
  isAlive = true;
  const tell = (message: string): number => said.push(message);
  const note = (line: string): void => {
    const record = recordIn(line);
    if (record !== undefined) records.push(record);
  };
  const log = { ...silent, info: tell, warn: tell, debug: note };
  const now = (): number => performance.timeOrigin + performance.now() + (machine.wrongBy ?? 0) + sleptMs;
  let sleptMs = 0;
  const sleep = async (ms: number): Promise<void> => {
    await new Promise((resolve) => void setTimeout(resolve, ms).unref());
    // A wait of the rollout, not the moment in which resources of one flow join.
    if (plant.simulator.calls.some(({ method }) => method === "POST")) sleptMs = machine.sleepsMs ?? 0;
  };
  const clock: Clock = { now, sleep };
  const rules = {
    allowFleetWideCalls: true,
    verifySeconds: 1,
    retrySeconds: 2,
    retryDelayMs: 20,
    poll: { firstMs: 20, lastMs: 60 },
    askEveryMs: 30,
    rowsPerPage: machine.rowsPerPage,
  };
  const interruption = createInterruption();
  ({ interrupt, restart } = interruption);
  stackTags = { all: new Map(), asked: 0 };
  const asking = async <T>(answer: () => T): Promise<T> => {
    stackTags.asked += 1;
    if (stackTags.fault !== undefined) throw new Error(stackTags.fault);
    return answer();
  };
  const tags: StackTags = {
    list: () => asking(() => new Map(stackTags.all)),
    set: (name, value) => asking(() => void stackTags.all.set(name, value)),
    remove: (name) => asking(() => void stackTags.all.delete(name)),
  };
  const isEngineAlive = async (): Promise<boolean> => isAlive;
  let resources = 0;
  let approval: Approval | undefined;
  approve = (approved) => {
    approval = approved;
  };
  let runs = 0;
  startPlugin = () => {
    runs += 1;
    const instructions = createInstructions({
      tags,
      run: `run-${runs}`,
      engine: `127.0.0.1:${runs}`,
      log,
      interrupt: (reason) => interruption.interrupt(reason),
    });
    const flows = createFlowReader(client, { runsResolutionMs: 50 });
    const session = createFlowSession({ client, flows, log, clock, rules, isEngineAlive, interruption, approval });
    const groups = createRolloutGroups();
    const moved = new Map<string, MovedBySet>();
    const environment: Environment = {
      settings: () =>
        settingsFrom(
          (key) => (key === "losant:apiToken" ? token : config[key]),
          () => undefined,
        ),
      handover: createHandover(),
      portsFor: () => ({
        session,
        flows,
        log,
        clock,
        isEngineAlive,
        interruption,
        instructions,
        rules,
        groups,
        approval,
        moved,
      }),
      newId: ({ applicationId, flowId }) =>
        `${applicationId}/${flowId}/${(resources += 1).toString(16).padStart(16, "0")}`,
    };
    return withSets(createLifecycle(environment), environment);
  };
  lifecycle = startPlugin();
}
export const end = (): Promise<void> => plant.simulator.close();

const idsOf = (numbers: readonly number[]): string[] => numbers.map((number) => plant.devices[number] ?? "");
export const ids = (...numbers: number[]): string[] => idsOf(numbers);
export const inputs = (
  version: string | null,
  numbers: number[],
  rollout: object | undefined,
  more: object = {},
): ResourceProps => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version,
  deviceIds: idsOf(numbers).toSorted(),
  ...(rollout === undefined ? {} : { rollout }),
  ...more,
});

/** As it stands before a rollout: v1 on these devices, released at once. */
export async function deployed(numbers: number[], more: object = {}, version = "v1"): Promise<ResourceProps> {
  const { outs } = await lifecycle.create(inputs(version, numbers, undefined, more));
  plant.writes();
  return outs;
}
export const update = async (olds: ResourceProps, news: ResourceProps): Promise<ResourceProps> =>
  (await startPlugin().update("id", olds, news)).outs;
export async function failure(verb: Promise<unknown>): Promise<InitError> {
  const error = await verb.then(
    () => "it went well",
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InitError);
  return error as InitError;
}
export const breaks = (number: number, ...versions: string[]): void =>
  plant.simulator.setBehaviour(ids(number)[0] ?? "", { kind: "failing", error: "no room", versions });
/** Acts at a look after the first write: the settled one is 1, the rollout's own follow. */
export const atLook = (number: number, act: () => void): void => {
  let looks = 0;
  let hasWritten = false;
  plant.simulator.beforeCall(({ method }) => {
    hasWritten ||= method === "POST";
    if (method === "GET" && hasWritten && (looks += 1) === number) act();
  });
};

export const CANARY = { batches: [1, "100%"], timeoutSeconds: 20 };
