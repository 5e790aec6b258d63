/** What ends a run before its end: an interrupt, a person elsewhere, the time of a verb, an engine that is gone. */

/** A person, or the pipeline, asks to stop; or the time of one verb is over. */
export interface Interruption {
  /**
   * Of this run, or of one verb of it. Aborted at the first interrupt: nothing new is begun then. The reason is a
   * {@link TimeOver} where the time of the verb is over.
   */
  readonly signal: AbortSignal;
}

/** Ends a verb whose time is over: the reason of its signal. What is live stays. */
export class TimeOver extends Error {
  override readonly name = "TimeOver";
}

/** Ends what an interrupt stops. What is live stays. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** Who has told the rollout to stop, from elsewhere; undefined for a signal. */
  readonly by: string | undefined;

  constructor(by?: string) {
    const what = by === undefined ? "interrupted" : `stopped by ${by}, by \`pulumi-losant stop\``;
    super(`${what}: nothing more is written; the next \`pulumi up\` goes on from there`);
    this.by = by;
  }
}

/** What may end it. */
interface Endable {
  readonly isEngineAlive?: () => Promise<boolean>;
  readonly interruption?: Interruption;
}

/**
 * A killed CLI leaves its plugin processes running, while the next `pulumi up` may be at work already. So nothing may be
 * written without an engine.
 *
 * @throws Error if the engine is not connected any more
 */
export async function assertEngineAlive({ isEngineAlive }: Pick<Endable, "isEngineAlive">): Promise<void> {
  if (isEngineAlive !== undefined && !(await isEngineAlive())) {
    throw new Error("the connection to the Pulumi engine is lost: nothing more is written");
  }
}

/** @throws Error where the run is interrupted, the time is over, or the engine is lost */
export async function assertMayWrite(ports: Endable): Promise<void> {
  if (isInterrupted(ports)) throw endOf(ports);
  await assertEngineAlive(ports);
}

/** Why nothing new is begun: a person has interrupted the run, or the time of the verb is over. */
export function endOf({ interruption }: Pick<Endable, "interruption">): Interrupted | TimeOver {
  const reason: unknown = interruption?.signal.reason;
  return reason instanceof TimeOver || reason instanceof Interrupted ? reason : new Interrupted();
}

export function isInterrupted({ interruption }: Pick<Endable, "interruption">): boolean {
  return interruption?.signal.aborted === true;
}

/**
 * @param graceMs - how long the work may go on after an interrupt; where the time is over, it ends at once
 * @returns what the work brings; undefined where the run is interrupted first: the work is left to itself
 */
export async function unlessInterrupted<T>(
  { interruption, clock }: Pick<Endable, "interruption"> & { readonly clock: { sleep(ms: number): Promise<void> } },
  work: Promise<T>,
  graceMs = 0,
): Promise<T | undefined> {
  const signal = interruption?.signal;
  if (signal === undefined) return work;
  const listening = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true, signal: listening.signal });
  });
  const over = interrupted.then(() =>
    graceMs === 0 || signal.reason instanceof TimeOver ? undefined : clock.sleep(graceMs),
  );
  try {
    return await Promise.race([work, over.then(() => undefined)]);
  } finally {
    listening.abort();
  }
}
