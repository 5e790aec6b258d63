/**
 * The six verbs of a Pulumi provider, in plain values. create and update are one path: they compare what the program
 * declares with what Losant shows now, never with the state.
 */
import { isDeepStrictEqual } from "node:util";
import { applyResource, factsToSave, resourcePorts } from "./apply/apply-resource.js";
import { decide } from "./decision/decide.js";
import type { Decision } from "./decision/decide.js";
import type { Handover } from "./apply/handover.js";
import { parseId, savedFromLive } from "./resource/id.js";
import type { Identity } from "./resource/id.js";
import { checkInputs, hasUnknown, isUnknown } from "./resource/inputs.js";
import { parseInputs } from "./resource/checked-inputs.js";
import type { CheckFailure } from "./resource/input-failures.js";
import type { Inputs } from "./resource/inputs.js";
import { liveOf } from "./resource/live.js";
import { absentWorkflowText } from "./lookup/absent-workflow.js";
import type { LosantId } from "./losant/types.js";
import type { Fleet } from "./resource/fleet.js";
import { actorsOf } from "./apply/named-actors.js";
import type { Ports } from "./ports.js";
import { PROGRAM_INPUT, registrationIn } from "./resource/program-facts.js";
import { blankedDrift, redactorOf } from "./messages/redact.js";
import { withoutMovesOfSet } from "./apply/moved-by-set.js";
import { removeAll } from "./apply/removal.js";
import { tokenFor } from "./settings.js";
import type { Settings } from "./settings.js";
import { holdsUnsafeText } from "./text/visible-text.js";
import { withSettingsHint } from "./messages/settings-hint.js";
import { andMore } from "./words.js";
import { savedOf, shownIn } from "./resource/state.js";
import { inputProps, outputProps } from "./resource/state-props.js";
import type { Drift, HandedOver, Outputs, Saved } from "./resource/state.js";
import { reportDrift } from "./messages/report.js";
import type { Lifecycle, ResourceProps } from "./verbs.js";

export interface Environment {
  readonly settings: () => Settings;
  /** @throws Error that says how to give a token, where there is none for the application */
  readonly portsFor: (applicationId: LosantId) => Ports;
  readonly handover: Handover;
  /** Adds to an error of a read or a delete what to do about it. @default {@link withSettingsHint} */
  readonly explained?: (error: unknown) => unknown;
  /** The physical id of a new resource. */
  readonly newId: (inputs: Inputs) => string;
}

export function createLifecycle(environment: Environment): Lifecycle {
  const { settings, portsFor, handover, newId, explained = withSettingsHint } = environment;
  return {
    check: async (_olds, news) => {
      const { [PROGRAM_INPUT]: program, ...declared } = news;
      const { inputs, failures } = checkInputs(declared, settings().applicationId);
      const isComplete = failures.length === 0 && !hasUnknown(inputs);
      const conflicts = noteChecked(program, isComplete ? parseInputs(inputs) : undefined);
      return {
        inputs,
        failures: [
          ...settingsFailures(settings(), inputs["applicationId"]),
          ...failures.map((failure) => withoutRawValue(failure, news)),
          ...conflicts,
        ],
      };
    },

    diff: async (id, olds, news) => {
      const saved = savedOf(olds);
      if (saved !== undefined) handover.stateSeen(id, saved);
      // Of a value that is not known yet, nothing is said: most often it is the one of before.
      const replaces = ["applicationId", "flowId"].filter(
        (name) => olds[name] !== news[name] && !isUnknown(news[name]),
      );
      return { changes: replaces.length > 0 || differs(id, saved, olds, news), replaces };
    },

    create: async (news) => {
      const inputs = parseInputs(news);
      const id = newId(inputs);
      return { id, outs: { ...(await apply(id, inputs, undefined, news)) } };
    },

    update: async (id, olds, news) => {
      const before = savedOf(olds);
      if (before !== undefined) handover.stateSeen(id, before);
      return { outs: { ...(await apply(id, parseInputs(news), before, news)) } };
    },

    read: async (id, props) => {
      const identity = parseId(id);
      const known = savedOf(props);
      // A lookup (`get`) is read too, under an id of another form. It does not count as ownership.
      if (known !== undefined && identity.form === "resource") handover.stateSeen(id, known);
      const facts = known?.facts ?? {};
      const redact = redactorOf(facts, [known?.inputs]);
      const ports = resourcePorts(portsFor(identity.applicationId), facts.name, redact);
      const read = async (listing: Promise<Fleet>) => {
        const listed = await listing.catch((error: unknown) => {
          throw explained(error);
        });
        const fleet = known === undefined ? listed : withoutMovesOfSet(ports, identity, listed);
        return { fleet, live: liveIn(id, identity, known, props, fleet) };
      };
      let found = await read(ports.flows.shared(identity));
      // One listing without the devices does not prove that they are gone.
      if (found.live === undefined || found.live.gone) found = await read(ports.flows.fresh(identity));
      const { fleet, live } = found;
      if (identity.form !== "resource" && (live === undefined || live.gone)) throw nothingThere(identity);
      if (live === undefined) return {};
      const actors = await actorsOf(ports, identity.applicationId, live.outputs.drift);
      reportDrift(ports, id, live, fleet, actors);
      if (live.gone) {
        if (await ports.flows.isWorkflowAbsent(identity)) ports.log.warn(absentWorkflowText(identity));
        return {};
      }
      const blank = blankedDrift(facts);
      return { id, props: { ...outputProps(blank(live.outputs)) }, inputs: { ...inputProps(blank(live.inputs)) } };
    },

    delete: async (id, props) => {
      const saved = savedOf(props);
      if (saved === undefined) return;
      handover.stateSeen(id, saved);
      await handover.meetProgram();
      const { facts = {}, inputs } = saved;
      const ports = resourcePorts(portsFor(parseId(id).applicationId), facts.name, redactorOf(facts, [inputs]));
      const decideOn = (fleet: Fleet): Decision =>
        decide({
          inputs: undefined,
          before: saved,
          fleet,
          program: handover.viewOfDeleted(id, inputs),
          allowFleetWideCalls: ports.rules.allowFleetWideCalls,
        });
      await removeAll(ports, { id, saved, decideOn, settings: settings(), explained });
      handover.deleted(id);
    },
  };

  /** @returns what transforms or `ignoreChanges` have made of the declarations, where two of them overlap */
  function noteChecked(program: unknown, inputs: Inputs | undefined): CheckFailure[] {
    try {
      const overlap = handover.checked(registrationIn(program), inputs);
      const [first] = overlap;
      if (first === undefined) return [];
      const more = andMore(overlap.length);
      return [
        {
          property: "deviceIds",
          reason: `device ${first.deviceId}${more} is declared by "${first.declaredBy}" too (a transform or ignoreChanges adds it here). A device runs one version of a workflow: leave it out of one of the two`,
        },
      ];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ property: "", reason: `cannot read what the program declares: ${reason}` }];
    }
  }

  function liveIn(id: string, identity: Identity, known: Saved | undefined, props: ResourceProps, fleet: Fleet) {
    const saved = known ?? savedFromLive(identity, fleet);
    if (saved === undefined) return undefined;
    const { isTaken } = handover.viewFrom(id, identity);
    const handedOver: HandedOver = new Map([...(saved.handedOver ?? [])].filter(([deviceId]) => !isTaken(deviceId)));
    return liveOf({ ...saved, handedOver }, fleet, driftIn(props, saved));
  }

  /** Does the declaration differ from the state, as the last refresh left it? */
  function differs(id: string, saved: Saved | undefined, olds: ResourceProps, news: ResourceProps): boolean {
    if (hasUnknown(news) || saved === undefined) return true;
    const wanted = parseInputs(news);
    // Pulumi asks for a diff in a refresh too, where no program runs.
    const registration = handover.registrationOf(wanted);
    handover.identified(id, registration);
    if (COMPARED.some((name) => !isDeepStrictEqual(saved.inputs[name] ?? null, wanted[name] ?? null))) return true;
    if (saved.unfinished === true || saved.unverified === true) return true;
    if (shownIn(olds).drift.length > 0) return true;
    if (registration === undefined) return false;
    const facts = factsToSave(registration, saved);
    if (COMPARED_FACTS.some((name) => !isDeepStrictEqual(facts[name], saved.facts?.[name]))) return true;
    const program = handover.viewFrom(id, wanted);
    // The new owner's state shows the device by now: this resource drops its entry, so that no later change of it stops the device.
    if ([...(saved.handedOver?.keys() ?? [])].some((deviceId) => program.isTaken(deviceId))) return true;
    // A device that was handed over and that no resource declares any more has to lose the flow.
    const decision = decide({ inputs: wanted, before: saved, fleet: new Map(), program, allowFleetWideCalls: false });
    return decision.leaving.length > 0;
  }

  function apply(id: string, inputs: Inputs, before: Saved | undefined, news: ResourceProps): Promise<Outputs> {
    const application = { id, inputs, before, provider: news["__provider"] };
    return applyResource(application, portsFor(inputs.applicationId), handover);
  }
}

/**
 * Pulumi prints the value of the property beside the reason, as it is. Where that would act in a terminal or a log, it is
 * told no property: the reason names it, and quotes the value.
 */
function withoutRawValue({ property, reason }: CheckFailure, news: ResourceProps): CheckFailure {
  return holdsUnsafeText(news[property]) ? { property: "", reason: `${property}: ${reason}` } : { property, reason };
}

function nothingThere({ flowId }: Identity): Error {
  return new Error(
    `no such device carries workflow ${flowId}, seen twice: there is nothing to read. Look at the ids, and at what is deployed in Losant`,
  );
}

/** States of 0.1.0 do not mark what a stopped rollout left behind: all drift that they show is that. */
function driftIn(props: ResourceProps, { unfinished }: Saved): readonly Drift[] {
  const { drift, schema } = shownIn(props);
  return schema === 1 && unfinished === true ? drift.map((entry) => ({ ...entry, unfinished: true })) : drift;
}

function settingsFailures(settings: Settings, applicationId: unknown): CheckFailure[] {
  const problems = settings.problems.map((reason) => ({ property: "", reason }));
  if (typeof applicationId !== "string" || hasUnknown(applicationId)) return problems;
  const token = tokenFor(settings, applicationId);
  return typeof token === "string" ? problems : [...problems, { property: "", reason: token.missing }];
}

const COMPARED = ["version", "deviceIds", "exclusive", "adopt", "maxDevices", "rollout"] as const;
const COMPARED_FACTS = ["ignoresVersion", "retainOnDelete", "secret"] as const;
