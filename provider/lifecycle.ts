/**
 * The six verbs of a Pulumi provider, in plain values. create and update are one path: what is wanted is compared with
 * what Losant shows now, never with what the state remembers.
 */
import { isDeepStrictEqual } from "node:util";
import type { Claims } from "./claims.js";
import { counted } from "./describe.js";
import { converge, Unfinished } from "./execute.js";
import type { Ports } from "./execute.js";
import { parseId, savedFromLive } from "./identity.js";
import { checkInputs, hasUnknown } from "./inputs.js";
import type { CheckFailure, Inputs } from "./inputs.js";
import { isNotFound } from "./losant/index.js";
import type { LosantId } from "./losant/types.js";
import { joiningOf, leavingOf, takenOver } from "./membership.js";
import type { Fleet } from "./observe.js";
import { idOf, intentOf, liveOf, ownedBy, savedOf } from "./state.js";
import type { Drift, Intent, Outputs, Saved } from "./state.js";
import { rollOut } from "./rollout-run.js";
import { withWayOut } from "./stale-settings.js";
import { tokenFor } from "./settings.js";
import type { Settings } from "./settings.js";
import { refuseTakeover, tellDrift, tellFailed, tellReleased } from "./tell.js";

export type Props = Readonly<Record<string, unknown>>;

export interface Lifecycle {
  check(olds: Props, news: Props): Promise<{ inputs: Record<string, unknown>; failures: CheckFailure[] }>;
  diff(id: string, olds: Props, news: Props): Promise<{ changes: boolean; replaces: string[] }>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  read(id: string, props: Props): Promise<{ id: string; props: Props; inputs: Props } | Record<string, never>>;
  update(id: string, olds: Props, news: Props): Promise<{ outs: Props }>;
  delete(id: string, props: Props): Promise<void>;
}

export interface Environment {
  readonly settings: () => Settings;
  /** @throws Error that says how to give a token, where there is none for the application */
  readonly portsFor: (applicationId: LosantId) => Ports;
  readonly claims: Claims;
}

/** The resource exists, and is not as declared: Pulumi keeps it with `properties` and prints `reasons`. */
export class InitError extends Error {
  override readonly name = "InitError";
  readonly id: string;
  readonly properties: Props;
  readonly reasons: readonly string[];

  constructor(id: string, properties: Props, reasons: readonly string[]) {
    super(reasons[0]);
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

export function createLifecycle({ settings, portsFor, claims }: Environment): Lifecycle {
  return {
    check: async (_olds, news) => {
      const { inputs, failures } = checkInputs(news, settings().applicationId);
      if (failures.length === 0 && !hasUnknown(inputs)) claims.claim(asInputs(inputs));
      return { inputs, failures: [...settingsFailures(settings(), inputs["applicationId"]), ...failures] };
    },

    diff: async (_id, olds, news) => {
      // Not in check, which sees the inputs: a create that failed leaves devices in them that it never had.
      claims.owned(savedOf(olds));
      const replaces = ["applicationId", "flowId"].filter((name) => olds[name] !== news[name]);
      return { changes: replaces.length > 0 || differs(olds, news) || isToPutBack(news), replaces };
    },

    create: async (news) => {
      const inputs = asInputs(news);
      const id = idOf(inputs);
      return { id, outs: { ...(await apply(id, inputs, undefined, news["__provider"])) } };
    },

    update: async (id, olds, news) => ({
      outs: { ...(await apply(id, asInputs(news), savedOf(olds), news["__provider"])) },
    }),

    read: async (id, props) => {
      const identity = parseId(id);
      const ports = portsFor(identity.applicationId);
      const fleet = await ports.flows.shared(identity).catch((error: unknown) => {
        throw withWayOut(error);
      });
      const known = savedOf(props);
      // What a program only looks up (`get`) is read too, under an id of another form, and is nobody's here.
      if (identity.form === "resource") claims.owned(known);
      const saved = known ?? savedFromLive(identity, fleet);
      if (saved === undefined) return {};
      const live = liveOf(saved, fleet);
      tellDrift(ports, id, live, fleet);
      return live.gone ? {} : { id, props: { ...live.outputs }, inputs: { ...live.inputs } };
    },

    delete: async (id, props) => {
      const identity = parseId(id);
      const ports = { ...portsFor(identity.applicationId), resourceId: id };
      const saved = savedOf(props);
      if (saved === undefined) return;
      const kept = ownedBy(saved).filter((deviceId) => claims.isClaimed(identity, deviceId));
      if (kept.length > 0) {
        ports.log.info(`${counted(kept.length)} left as they are: another resource of this program declares them now`);
      }
      try {
        await converge(ports, identity, (fleet) => withoutClaimed(removalOf(saved, fleet)));
        const stranded = kept.filter((deviceId) => claims.isStranded(identity, deviceId));
        if (stranded.length > 0) {
          throw new Error(
            `${counted(stranded.length)} could not be handed over to the resource that declares them now: see what is said of it`,
          );
        }
      } catch (error) {
        if (!isNotFound(error))
          throw error instanceof Unfinished ? new Error(error.reasons.join("\n")) : withWayOut(error);
        ports.log.warn(`application ${identity.applicationId} is not there any more: nothing to remove`);
      }

      function withoutClaimed({ desired }: Intent): Intent {
        const left = new Map([...desired].filter(([deviceId]) => !claims.isClaimed(identity, deviceId)));
        return { desired: left, owned: new Set(left.keys()) };
      }
    },
  };

  /** Another resource of this run has just taken the flow off a device that this one declares. */
  function isToPutBack(news: Props): boolean {
    if (hasUnknown(news)) return false;
    const inputs = asInputs(news);
    return inputs.deviceIds.some((deviceId) => claims.wasStopped(inputs, deviceId));
  }

  /** The one path of create and update. */
  async function apply(id: string, inputs: Inputs, before: Saved | undefined, provider: unknown): Promise<Outputs> {
    const ports = { ...portsFor(inputs.applicationId), resourceId: id };
    claims.claim(inputs);
    if (leavingOf(inputs, before, () => false).length > 0) await claims.quiet(ports.clock);
    const leaving = leavingOf(inputs, before, (deviceId) => claims.isClaimed(inputs, deviceId));
    claims.stop(inputs, leaving);
    const stranded = leavingOf(inputs, before, (deviceId) => !claims.isStranded(inputs, deviceId));
    const saved: Saved = { inputs, leaving: [...leaving, ...stranded] };
    try {
      const refuse = (fleet: Fleet): void => {
        const taken = takenOver(inputs, before, fleet, (deviceId) => claims.wasOurs(inputs, deviceId));
        refuseTakeover(ports, inputs, taken);
      };
      const intentOn = (fleet: Fleet): Intent => intentOf(inputs, leaving, fleet);
      const { rollout } = inputs;
      const outcome = await (rollout === undefined
        ? converge(ports, inputs, (fleet) => (refuse(fleet), intentOn(fleet)))
        : rollOut(ports, inputs, { ...inputs, rollout, before, refuse, intentOn }));
      tellReleased(ports, outcome);
      const { outputs } = liveOf(saved, outcome.fleet);
      tellFailed(ports, outputs, outcome.fleet);
      return outputs;
    } catch (error) {
      if (!(error instanceof Unfinished)) throw await notTaken(error, ports, id, inputs, before, provider);
      // Pulumi adds `__provider` to what create returns, not to what it throws; without it the next read fails.
      const unfinished = inputs.rollout !== undefined;
      const { outputs } = liveOf({ ...saved, unfinished }, error.fleet);
      tellFailed(ports, outputs, error.fleet);
      throw new InitError(id, { ...outputs, __provider: provider }, error.reasons);
    }
  }

  /**
   * Nothing was done. Devices that another resource hands over to this one have left its state, or are about to: they
   * are kept here, so that somebody owns them whatever the program says next.
   */
  async function notTaken(
    error: unknown,
    ports: Ports,
    id: string,
    inputs: Inputs,
    before: Saved | undefined,
    provider: unknown,
  ): Promise<unknown> {
    const joining = joiningOf(inputs, before);
    claims.strand(inputs, joining);
    const handedOver = joining.filter((deviceId) => claims.wasOurs(inputs, deviceId));
    if (handedOver.length === 0) return error;
    const kept = before ?? { inputs: { ...inputs, deviceIds: [] }, leaving: [] };
    const deviceIds = [...kept.inputs.deviceIds, ...handedOver].toSorted();
    const fleet: Fleet = await ports.flows.shared(inputs).catch(() => new Map());
    const { outputs } = liveOf({ ...kept, inputs: { ...kept.inputs, deviceIds } }, fleet);
    const reason = error instanceof Error ? error.message : String(error);
    return new InitError(id, { ...outputs, __provider: provider }, [reason]);
  }
}

/** Everything owned at "not deployed". */
function removalOf({ inputs, leaving }: Saved, fleet: Fleet): Intent {
  return intentOf({ ...inputs, version: null }, leaving, fleet);
}

function settingsFailures(settings: Settings, applicationId: unknown): CheckFailure[] {
  const problems = settings.problems.map((reason) => ({ property: "", reason }));
  if (typeof applicationId !== "string" || hasUnknown(applicationId)) return problems;
  const token = tokenFor(settings, applicationId);
  return typeof token === "string" ? problems : [...problems, { property: "", reason: token.missing }];
}

const SETTINGS = ["exclusive", "adopt", "maxDevices", "rollout"] as const;

/** Does the declaration ask for something that the state, as last refreshed, does not show? */
function differs(olds: Props, news: Props): boolean {
  if (hasUnknown(news)) return true;
  const wanted = asInputs(news);
  if (olds["version"] !== wanted.version) return true;
  if (SETTINGS.some((name) => !isDeepStrictEqual(olds[name] ?? undefined, wanted[name] ?? undefined))) return true;
  const saved = savedOf(olds);
  if (saved?.unfinished === true) return true;
  if (saved === undefined || !isDeepStrictEqual(saved.inputs.deviceIds, wanted.deviceIds)) return true;
  const drift = (olds["drift"] ?? []) as readonly Drift[];
  const named = new Set(wanted.deviceIds);
  return drift.some((entry) => entry.desiredVersion !== (named.has(entry.deviceId) ? wanted.version : null));
}

/** What `check` let through is complete; Pulumi adds its own keys, which no verb looks at. */
function asInputs(props: Props): Inputs {
  return props as unknown as Inputs;
}
