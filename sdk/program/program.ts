/**
 * One run of a Pulumi program: its settings, its clients, and what it has asked Losant already.
 *
 * The Automation API runs several programs in one process, one after another or side by side, each with a configuration
 * of its own. So what is remembered belongs to the run, never to the process.
 */
import * as pulumi from "@pulumi/pulumi";
import type { LosantClient, LosantId, Patience } from "../../provider/losant/types.js";
import { createOverlapCheck } from "../../provider/resource/overlap-check.js";
import type { OverlapCheck } from "../../provider/resource/overlap-check.js";
import type { PreviousState } from "./previous-state.js";
import { atEndOfCliProgram, atEndOfInlineProgram } from "./program-end.js";
import { createActivity } from "./activity.js";
import { createRegistrations } from "./registrations.js";
import type { Registrations } from "./registrations.js";
import { programSettings } from "./settings.js";
import { withRunErrors } from "./user-error.js";
import { usableToken } from "../../provider/lookup/application.js";
import type { ProgramSettings } from "./settings.js";

export interface Program {
  readonly settings: ProgramSettings;
  /** Refuses two resources that declare one device. */
  readonly overlap: OverlapCheck;
  readonly registrations: Registrations;
  /** Runs one of our look-ups; registrations wait until it has ended. */
  lookUp<T>(work: () => Promise<T>): Promise<T>;
  /** What the stack had before this run; undefined if the engine does not answer. */
  previousState(): Promise<PreviousState | undefined>;
  /** Reads once for equal keys. A second caller waits for the same answer. */
  once<T>(key: readonly unknown[], read: () => Promise<T>): Promise<T>;
  /** What was read already; undefined if nothing was. */
  asked<T>(key: readonly unknown[]): Promise<T> | undefined;
  /** @throws UserError where there is no token for the application, or the settings are wrong */
  client(applicationId: LosantId, patience?: Patience): Promise<LosantClient>;
}

/** How long a call may take with all its retries. */

const programs = new WeakMap<object, Program>();

/** Call it at the start of a public function: inline programs of one process differ by their async context alone. */
export function currentProgram(): Program {
  // The root resource exists once a run. Unit tests with `setMocks` have none, but a monitor each.
  const run: object = pulumi.runtime.getStackResource() ?? (pulumi.runtime.hasMonitor() ? monitor() : {});
  const known = programs.get(run);
  if (known) return known;
  const program = createProgram();
  programs.set(run, program);
  atEndOfInlineProgram(() => end(() => program));
  return program;
}

atEndOfCliProgram(() => end(currentProgram));

type EndHandler = (program: Program, state: PreviousState) => Promise<void>;

const endHandlers: EndHandler[] = [];

/** Runs `handler` at the end of each program whose previous state is known. Call it while the package loads. */
export function atProgramEnd(handler: EndHandler): void {
  endHandlers.push(handler);
}

async function end(programOf: () => Program): Promise<void> {
  try {
    const program = programOf();
    // An update makes the same request as its preview, also where neither declares anything: see `previous-state.ts`.
    await program.registrations.publish();
    const state = await program.previousState();
    if (state === undefined) return;
    for (const handler of endHandlers) await handler(program, state);
  } catch (error) {
    void pulumi.log.debug(`the work at the end of the program failed: ${String(error)}`);
  }
}

/** Pulumi gives the plugin the same address: it finds the run's file by it. */
function engineAddress(): string | undefined {
  const engine = pulumi.runtime.getEngine() as { getChannel(): { getTarget(): string } } | undefined;
  return engine?.getChannel().getTarget();
}

/** With its organization where the backend has any: a stack of the same name may be in another one. */
function stackName(): string {
  const organization = pulumi.getOrganization();
  // What backends without organizations say.
  if (organization === "organization") return pulumi.getStack();
  return `${organization}/${pulumi.getProject()}/${pulumi.getStack()}`;
}

function monitor(): object {
  return pulumi.runtime.getMonitor() ?? {};
}

function createProgram(): Program {
  const settings = programSettings();
  const answers = new Map<string, Promise<unknown>>();
  let calls = 0;

  const once = <T>(key: readonly unknown[], read: () => Promise<T>): Promise<T> => {
    const text = canonical(key);
    const known = answers.get(text) as Promise<T> | undefined;
    const answer = known ?? read();
    answers.set(text, answer);
    return answer;
  };
  const { lookUp: whileBusy, whenIdle } = createActivity();
  const lookUp = <T>(work: () => Promise<T>): Promise<T> => whileBusy(() => withRunErrors(work));
  const previousState = (): Promise<PreviousState | undefined> =>
    once(["previous state"], () =>
      lookUp(async () => {
        try {
          const { readPreviousState } = await import("./previous-state.js");
          return await readPreviousState();
        } catch (error) {
          void pulumi.log.debug(`cannot read from the last state which resource owned which device: ${String(error)}`);
          return undefined;
        }
      }),
    );
  return {
    settings,
    overlap: createOverlapCheck(),
    registrations: createRegistrations({
      engine: engineAddress,
      whenIdle,
      previousState,
      stack: stackName,
    }),
    lookUp,
    previousState,
    once,
    asked: <T>(key: readonly unknown[]) => answers.get(canonical(key)) as Promise<T> | undefined,
    client: async (applicationId, patience = {}) => {
      const apiToken = usableToken(settings, applicationId);
      return once(["client", apiToken, patience], async () => {
        // Loaded only here, so that a program that only declares resources does not wait for it.
        const { createLosantClient } = await import("../../provider/losant/client.js");
        return createLosantClient({
          ...patience,
          apiUrl: settings.apiUrl,
          apiToken,
          onCall: ({ method, path, status, attempt }) => {
            calls += 1;
            const again = attempt > 1 ? `, attempt ${attempt}` : "";
            void pulumi.log.debug(`${method} ${path} ${status ?? "no answer"} (call ${calls} of the program${again})`);
          },
        });
      });
    },
  };
}

/** Equal for equal values, in whatever order the properties were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
