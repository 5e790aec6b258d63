/** Ctrl-C and the cancellation of a CI job: the first signal ends the run in order, the second ends this process at once. */

export interface Interrupts {
  readonly signal: AbortSignal;
  /** In a terminal the Pulumi CLI gets Ctrl-C, too. It would take a second signal from us as "stop at once". */
  readonly interruptsThemselves: boolean;
  stop(): void;
}

/** @param say - tells the person; on a terminal above the lines that are rewritten */
export function listenForInterrupts(say: (text: string) => void): Interrupts {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const abort = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(1);
    say(`${name}: ending after the running operations. Press Ctrl-C again to end at once.`);
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
