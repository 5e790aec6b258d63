/** Ctrl-C and a CI job's cancellation: the first is orderly, the second ends this process at once. */

export interface Interrupts {
  readonly signal: AbortSignal;
  /** In a terminal the Pulumi CLI gets Ctrl-C too, and would take a second signal from us as "stop at once". */
  readonly interruptsThemselves: boolean;
  stop(): void;
}

export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const abort = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(1);
    process.stderr.write(`${name}: ending in order; what is under way is let finish. Once more to end at once.\n`);
    controller.abort();
  };
  for (const name of names) process.on(name, abort);
  return {
    signal: controller.signal,
    interruptsThemselves: process.stdin.isTTY,
    stop: () => {
      for (const name of names) process.off(name, abort);
    },
  };
}
