/** Holds back what is no batch until a window opens: devices that leave stop running the workflow. */
import { closedUntil } from "../decision/rollout-policy.js";
import type { Strategy } from "../decision/rollout-strategy.js";
import { reportPaused } from "../messages/report.js";
import { windowText } from "../messages/rollout-messages.js";
import { assertMayWrite, unlessInterrupted } from "../run-end.js";
import type { ResourcePorts } from "../ports.js";

/** How often it looks whether Pulumi is still there, in milliseconds. */
const LOOK_MS = 60_000;

/** @throws Error outside of the windows, where `outside` is "stop"; Interrupted */
export async function untilWindowOpens(ports: ResourcePorts, strategy: Strategy): Promise<void> {
  const { clock, log } = ports;
  for (;;) {
    const closed = closedUntil(strategy, clock.now());
    if (closed === undefined) return;
    const text = windowText(closed.opening, clock.now());
    if (closed.outside === "stop") {
      reportPaused(ports, closed.opening);
      throw new Error(`devices that leave keep the workflow, since no window is open: ${text}`);
    }
    const name = ports.resourceName ?? "rollout";
    const line = `${name}  devices that leave wait for the window: ${text}`;
    log.progress(
      line,
      ports.rules.isWatched === true ? { key: name, label: `${name}  waits for the window` } : undefined,
    );
    await assertMayWrite(ports);
    const rest = Math.min((closed.opening?.from ?? Infinity) - clock.now(), LOOK_MS);
    await unlessInterrupted(ports, clock.sleep(rest));
  }
}
