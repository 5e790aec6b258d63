/**
 * The first Ctrl-C, a SIGTERM to the CLI, an abort of the Automation API: the engine calls `Cancel` on each provider at
 * once. The native plugin gets that call. The host of dynamic providers answers it with an empty function and passes it to
 * no provider, and signals do not reach its process; but the call arrives in this process, where it can be seen.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Interrupted, Interruption } from "../run-end.js";

/** The interruption of a run, and of the next one where a process serves several. */
export interface Interruptible extends Interruption {
  /** @param reason - by what. @default a signal to the CLI */
  interrupt(reason?: Interrupted): void;
  /** A new run begins. */
  restart(): void;
}

export function createInterruption(): Interruptible {
  let current = new AbortController();
  return {
    get signal() {
      return current.signal;
    },
    interrupt: (reason) => current.abort(reason),
    restart: () => {
      if (current.signal.aborted) current = new AbortController();
    },
  };
}

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Two ways, since neither is sure on each version of Node: a channel that Node 22 lacks, and the servers that this process
 * has open. Where both miss the call, an interrupt is what it is without this: Pulumi waits for what is under way.
 */
export function onCancelCall(act: () => void): void {
  const seen = (headers: unknown): void => {
    if ((headers as Readonly<Record<string, unknown>> | undefined)?.[":path"] === CANCEL) act();
  };
  subscribe("http2.server.stream.start", (message) => seen((message as { readonly headers?: unknown }).headers));
  for (const server of openServers()) server.on("stream", (_stream, headers) => seen(headers));
}

interface StreamServer {
  on(event: "stream", listener: (stream: unknown, headers: unknown) => void): void;
}

function openServers(): StreamServer[] {
  const { _getActiveHandles: handles } = process as { _getActiveHandles?: () => unknown[] };
  return (handles?.call(process) ?? []).filter(
    (handle): handle is StreamServer => (handle as object | null)?.constructor?.name === "Http2Server",
  );
}
