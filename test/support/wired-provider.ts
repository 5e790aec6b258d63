/** The provider as the plugin process wires it, without an engine: settings, the real client, the lifecycle. */
import { createPortsFor, systemClock } from "../../provider/apply/application-ports.js";
import { createHandover } from "../../provider/apply/handover.js";
import { createLifecycle } from "../../provider/lifecycle.js";
import type { Clock } from "../../provider/ports.js";
import { PROGRAM_INPUT } from "../../provider/resource/program-facts.js";
import { newId } from "../../provider/resource/state.js";
import { settingsFrom } from "../../provider/settings.js";
import type { Lifecycle } from "../../provider/verbs.js";

export interface WiredProvider {
  readonly provider: Lifecycle;
  /** What it told people, oldest first. */
  readonly said: readonly string[];
}

export interface WiredProgram {
  /** The name of every resource that is checked. @default the program says nothing of them */
  readonly name?: string;
  readonly clock?: Clock;
}

export function wiredProvider(apiUrl: string, apiToken: string, program: WiredProgram = {}): WiredProvider {
  const { name, clock = systemClock } = program;
  const said: string[] = [];
  const unset = (): undefined => undefined;
  const settings = { ...settingsFrom(unset, unset), apiUrl, apiToken };
  const say = (message: string): void => void said.push(message);
  const portsFor = createPortsFor({
    settings,
    log: { debug: () => {}, info: say, warn: say, progress: say },
    clock,
    isEngineAlive: async () => true,
    interruption: { signal: new AbortController().signal },
    isInteractive: false,
  });
  const handover = createHandover({ reader: { added: () => [] } });
  const lifecycle = createLifecycle({ settings: () => settings, portsFor, handover, newId });
  if (name === undefined) return { provider: lifecycle, said };
  const registration = { run: "the run of a test", self: name, name };
  const check: Lifecycle["check"] = (olds, news) => lifecycle.check(olds, { ...news, [PROGRAM_INPUT]: registration });
  return { provider: { ...lifecycle, check }, said };
}
