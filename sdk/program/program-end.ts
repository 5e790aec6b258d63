/**
 * The end of a program: everything that it declares has been registered, and Pulumi still listens.
 *
 * A program that the CLI runs ends when Node has nothing left to do, also after a `main()` that is not awaited. Node emits
 * `beforeExit` then; Pulumi itself ends the run at a later one. An inline program of the Automation API shares its
 * process with others: it ends when its function has, and Pulumi's queue of calls for it is empty.
 *
 * A program that no longer imports pulumi-losant has no such end: its preview does not say which devices stop.
 */
import * as pulumi from "@pulumi/pulumi";

/** What Pulumi's SDK keeps of one inline program. */
interface Store {
  readonly settings: { readonly rpcDone: Promise<unknown> };
}

/** Undefined for a program that the CLI runs. */
function inlineStore(): Store | undefined {
  const { asyncLocalStorage } = globalThis as { readonly asyncLocalStorage?: { getStore(): Store | undefined } };
  return asyncLocalStorage?.getStore();
}

export function isInline(): boolean {
  return inlineStore() !== undefined;
}

/**
 * Call it once a process. Nothing happens at the end of a program that has failed.
 *
 * @param work - never rejects
 */
export function atEndOfCliProgram(work: () => Promise<void>): void {
  if (pulumi.runtime.getEngine() === undefined || isInline()) return;
  process.once("beforeExit", (code) => {
    if (code === 0 && !hasErrors()) void work();
  });
}

/**
 * Call it once a run. Nothing happens at the end of a program that has failed.
 *
 * @param work - never rejects
 */
export function atEndOfInlineProgram(work: () => Promise<void>): void {
  const store = inlineStore();
  const stack = pulumi.runtime.getStackResource() as unknown as { readonly outputs: Settling } | undefined;
  if (store === undefined || stack === undefined || pulumi.runtime.getEngine() === undefined) return;
  void whenInlineEnds(store, stack.outputs, work);
}

/** An output; it settles when the function of the program has ended. */
interface Settling {
  promise(): Promise<unknown>;
}

/** The queue is a chain: each call waits for those before it. Ours moves to the end of the queue until no other follows. */
async function whenInlineEnds(store: Store, outputs: Settling, work: () => Promise<void>): Promise<void> {
  let release = pulumi.runtime.rpcKeepAlive();
  try {
    await outputs.promise();
    for (;;) {
      const earlier = store.settings.rpcDone;
      const next = pulumi.runtime.rpcKeepAlive();
      const last = store.settings.rpcDone;
      release();
      release = next;
      await earlier;
      if (store.settings.rpcDone === last) break;
    }
    if (!hasErrors()) await work();
  } catch {
    // The program has failed, and Pulumi says so.
  } finally {
    release();
  }
}

function hasErrors(): boolean {
  return (pulumi.log as { hasErrors?: () => boolean }).hasErrors?.() === true;
}
