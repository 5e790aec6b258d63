/** What one configuration of the provider brings: its clients, and what its resources know of each other. */
import { createPortsFor } from "../apply/application-ports.js";
import { createHandover } from "../apply/handover.js";
import type { Clock } from "../ports.js";
import { createCheckedResources } from "./checked-resources.js";
import type { PluginSettings } from "./config.js";
import type { Engine } from "./engine.js";
import { assertNotInterrupted } from "./limits.js";
import type { Interruption } from "./limits.js";
import { createLookup } from "./lookup.js";
import type { Shared } from "./run.js";

export interface PluginContext extends Shared {
  readonly settings: PluginSettings;
  readonly lookup: ReturnType<typeof createLookup>;
  readonly engine: Pick<Engine, "logFor" | "error">;
  readonly clock: Clock;
  readonly interruption: Interruption;
}

export interface ContextOptions {
  readonly settings: PluginSettings;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly interruption: Interruption;
  readonly isInteractive: boolean;
}

export function createContext({ settings, engine, clock, interruption, isInteractive }: ContextOptions): PluginContext {
  const checked = createCheckedResources();
  const log = engine.logFor();
  const isEngineAlive = async (): Promise<boolean> => {
    assertNotInterrupted(interruption);
    return engine.isAlive();
  };
  return {
    settings,
    portsFor: createPortsFor({ settings, log, clock, isEngineAlive, isInteractive }),
    handover: createHandover({ reader: checked.reader }),
    checked,
    lookup: createLookup({ settings, log }),
    engine,
    clock,
    interruption,
  };
}
