/** The server of a live page: `npm run simulator`. */
import type { FleetStatus } from "../fleet-status.js";

/** What a person may do with a simulated device. */
export type Action =
  | { readonly do: "move"; readonly deviceId: string; readonly flowId: string; readonly version: string | null }
  | { readonly do: "behave"; readonly deviceId: string; readonly behaviour: "immediate" | "failing" | "offline" };

export interface LiveStatus {
  readonly status: FleetStatus;
  /** Names of the versions of each workflow, the newest last. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** Devices that do not behave as `immediate`. */
  readonly behaviours: Readonly<Record<string, string>>;
}

/** What the page can do; a page in a file can do nothing. */
export interface Controls {
  readonly versionsOf: (flowId: string) => readonly string[];
  readonly behaviourOf: (deviceId: string) => string;
  /** Resolves to what went wrong, if anything did. */
  readonly act: (action: Action) => Promise<string | undefined>;
}

export async function sendAction(action: Action): Promise<string | undefined> {
  try {
    const answer = await fetch("status/actions", {
      method: "POST",
      // A page of another origin cannot send this type without asking first.
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action),
    });
    return answer.ok ? undefined : await answer.text();
  } catch {
    return "The simulator does not answer.";
  }
}

/** Asks until `signal` ends it: once a second while somebody looks. */
export function follow(
  show: (live: LiveStatus) => void,
  lost: (isLost: boolean) => void,
  signal: AbortSignal,
): () => void {
  let tag = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    clearTimeout(timer);
    try {
      const answer = await fetch("status.json", { headers: { "if-none-match": tag }, cache: "no-store", signal });
      if (answer.status === 200) {
        tag = answer.headers.get("etag") ?? "";
        show((await answer.json()) as LiveStatus);
      }
      lost(false);
    } catch {
      if (signal.aborted) return;
      lost(true);
    }
    clearTimeout(timer);
    timer = setTimeout(() => void (document.hidden ? later() : ask()), 1000);
  };
  const later = (): void => {
    timer = setTimeout(() => void (document.hidden ? later() : ask()), 1000);
  };
  void ask();
  return () => void ask();
}
