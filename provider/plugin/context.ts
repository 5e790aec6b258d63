/** What one configuration of the provider brings: its clients, and what its resources know of each other. */
import { createPortsFor } from "../apply/application-ports.js";
import { createHandover } from "../apply/handover.js";
import type { LookupContext } from "../lookup/context.js";
import type { Clock, Instructions } from "../ports.js";
import type { Interruption } from "../run-end.js";
import { createCheckedResources } from "./checked-resources.js";
import type { PluginSettings } from "./config.js";
import type { Engine } from "./engine.js";
import { systemTimer } from "./limits.js";
import type { Timer } from "./limits.js";
import { createGathering } from "./gathering.js";
import { createLookup } from "./lookup.js";
import type { Approval } from "../resource/approved-plan.js";
import type { Patience } from "../losant/types.js";
import type { Shared } from "./run.js";
import { createStopsBefore } from "./stops-before.js";
import type { StopsBefore } from "./stops-before.js";

export interface PluginContext extends Shared {
  readonly settings: PluginSettings;
  readonly lookup: ReturnType<typeof createLookup>;
  /** For the plan in a preview. */
  readonly planLookup: LookupContext;
  /** Ends for all resources that ask within a moment at one time. */
  readonly gathered: () => Promise<void>;
  /** What the plans of a preview say of each other. */
  readonly stopsBefore: StopsBefore;
  readonly engine: Pick<Engine, "logFor" | "error">;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Is what does not exist a warning of the preview? Else it fails it. */
  readonly isWholePreview: boolean;
  /** Adds to an error of a read or a delete what to do about it. */
  readonly explained: (error: unknown) => unknown;
}

/** A preview waits for the plan of a resource at most this long. */
const PATIENCE: Patience = { timeoutMs: 10_000, totalTimeoutMs: 20_000 };

export interface ContextOptions {
  readonly settings: PluginSettings;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly interruption: Interruption;
  readonly instructions?: Instructions;
  readonly isInteractive: boolean;
  /** For `customTimeouts`. @default real time */
  readonly timer?: Timer;
  /** The approved plan that the run is held to. */
  readonly approval?: Approval;
  readonly isWholePreview?: boolean;
  /** @default nothing to add */
  readonly explained?: PluginContext["explained"];
  /** How settings become ports. @default the client of Losant's API */
  readonly wiring?: typeof createPortsFor;
}

export function createContext(options: ContextOptions): PluginContext {
  const {
    settings,
    engine,
    clock,
    interruption,
    instructions,
    isInteractive,
    timer = systemTimer,
    approval,
    isWholePreview = false,
    explained = (error) => error,
    wiring = createPortsFor,
  } = options;
  const checked = createCheckedResources();
  const log = engine.logFor();
  const isEngineAlive = (): Promise<boolean> => engine.isAlive();
  return {
    settings,
    portsFor: wiring({ settings, log, clock, isEngineAlive, interruption, instructions, isInteractive, approval }),
    handover: createHandover({ reader: checked.reader }),
    checked,
    lookup: createLookup({ settings, log }),
    planLookup: createLookup({ settings, log, patience: PATIENCE })("shared"),
    gathered: createGathering(clock),
    stopsBefore: createStopsBefore(),
    engine,
    clock,
    timer,
    isWholePreview,
    explained,
  };
}
