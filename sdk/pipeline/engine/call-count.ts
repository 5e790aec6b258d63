/** How many write calls a run made. Pure. */
import type { CallRecord } from "../../../provider/messages/run-record.js";

/**
 * One call may serve several resources. It is then in the record of each and counts once: as many equal entries as there are
 * resources that share the call are one call.
 */
export function countCalls(calls: readonly CallRecord[]): number {
  const shared = new Map<string, { readonly sharers: number; seen: number }>();
  let own = 0;
  for (const { verb, why, shared: sharers = 1, call } of calls) {
    if (sharers === 1) {
      own += 1;
      continue;
    }
    const key = JSON.stringify([verb, why, sharers, call]);
    const known = shared.get(key) ?? { sharers, seen: 0 };
    known.seen += 1;
    shared.set(key, known);
  }
  const together = [...shared.values()].map(({ sharers, seen }) => Math.ceil(seen / sharers));
  return together.reduce((sum, count) => sum + count, own);
}
