/**
 * The properties of one resource in an engine event. The only place that reads them. Pure.
 *
 * The engine hides values. A secret is an object with a mark (in older CLIs the text `[secret]`). An output that a preview
 * cannot know is another mark. Both can be in the place of a list or an object. So a property has a value or is
 * {@link StateProps.hidden}; a property of a wrong shape counts as missing.
 */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import * as z from "zod";
import { UNKNOWN_VALUES, isMarkedSecret } from "../../../provider/resource/pulumi-marks.js";
import { SECRET } from "../../../provider/messages/redact.js";
import { unlistedOf } from "../../../provider/resource/long-lists.js";

/** Stands for a value that a preview cannot know. */
export const UNKNOWN_VALUE = "[unknown]";

export type Hidden = "secret" | "unknown";

export interface ResourceState {
  readonly id: string;
  readonly inputs: StateProps;
  readonly outputs: StateProps;
  readonly initErrors: readonly string[];
  readonly retainOnDelete: boolean;
  /** The URN of the component that it is a part of, or of the stack. */
  readonly parent?: string;
}

/**
 * A `version` that is hidden is undefined. Other texts, and single device ids, are {@link SECRET} or {@link UNKNOWN_VALUE}
 * instead; device ids that are not known are left out of their list.
 */
export type StateProps = z.infer<typeof props> & {
  /** Properties whose value, or a part of it, the engine does not show. */
  readonly hidden: ReadonlyMap<string, Hidden>;
  /** The inputs that say how devices are moved, and not which ones: see {@link SETTINGS}. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The batches of its rollout. */
  readonly batches?: readonly (number | string)[];
};

const SETTINGS = ["adopt", "exclusive", "maxDevices", "rollout"];

const version = z.string().nullable();
const ids = z.array(z.string()).readonly();

const driftEntry = z.object({
  deviceId: z.string(),
  expectedVersion: version,
  desiredVersion: version,
  changedBy: z.string().optional().catch(undefined),
  changedAt: z.string().optional().catch(undefined),
  unfinished: z.literal(true).optional().catch(undefined),
});

const failure = z.object({
  deviceId: z.string(),
  attemptedVersion: version,
  error: z.string(),
  at: z.string().optional().catch(undefined),
});

/** `__losant`, of any release. */
const applied = z.object({
  version: version.optional().catch(undefined),
  schema: z.number().optional().catch(undefined),
  leaving: ids.optional().catch(undefined),
  handedOver: z.record(z.string(), ids).optional().catch(undefined),
  rollout: z.string().optional().catch(undefined),
  unverified: z.boolean().optional().catch(undefined),
  retainOnDelete: z.boolean().optional().catch(undefined),
  secret: ids.optional().catch(undefined),
  unlisted: z
    .object({
      drift: unlistedOf(driftEntry).optional().catch(undefined),
      failures: unlistedOf(failure).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const props = z.object({
  applicationId: z.string().optional().catch(undefined),
  flowId: z.string().optional().catch(undefined),
  version: version.refine(isShown).optional().catch(undefined),
  deviceIds: ids.optional().catch(undefined),
  exclusive: z.boolean().optional().catch(undefined),
  rollout: z.unknown().optional(),
  /** Of the rollout of a set. */
  workflows: z
    .record(z.string(), z.object({ flowId: z.string() }))
    .optional()
    .catch(undefined),
  unfinishedRollout: z.string().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  deviceCount: z.int().nonnegative().optional().catch(undefined),
  pendingDeviceIds: ids.optional().catch(undefined),
  failures: z.array(failure).readonly().optional().catch(undefined),
  drift: z.array(driftEntry).readonly().optional().catch(undefined),
  __losant: applied.optional().catch(undefined),
});

/** What reports show of a rollout. */
const rollout = z.object({ batches: z.array(z.union([z.string(), z.number()])).optional() });

function isShown(value: string | null): boolean {
  return value !== SECRET && value !== UNKNOWN_VALUE;
}

export type DriftEntry = z.infer<typeof driftEntry>;
export type FailureEntry = z.infer<typeof failure>;

export function stateOf(state: StepEventMetadata["old"] | null | undefined): ResourceState | undefined {
  if (!state) return undefined;
  return {
    id: state.id ?? "",
    inputs: propsOf(state.inputs),
    outputs: propsOf(state.outputs),
    initErrors: z
      .array(z.string())
      .catch([])
      .parse(state.initErrors ?? []),
    retainOnDelete: state.retainOnDelete === true,
    ...(state.parent ? { parent: state.parent } : {}),
  };
}

const NOTHING: StateProps = { hidden: new Map() };

export function propsOf(raw: unknown): StateProps {
  const record = z.record(z.string(), z.unknown()).safeParse(raw).data;
  if (record === undefined) return NOTHING;
  // `__provider` is code, and long.
  const entries = Object.entries(record).filter(([name]) => name !== "__provider");
  const shown = entries.map(([name, value]) => [name, shownOf(value)] as const);
  const parsed = props.parse(Object.fromEntries(shown));
  const hidden = shown.flatMap(([name, value]) => {
    const how = hiddenIn(value);
    return how === undefined ? [] : [[name, how] as const];
  });
  // An unknown id names no device.
  const { deviceIds } = parsed;
  const known = deviceIds && { deviceIds: deviceIds.filter((id) => id !== UNKNOWN_VALUE) };
  const settings = Object.fromEntries(shown.filter(([name]) => SETTINGS.includes(name)));
  const batches = rollout.safeParse(settings["rollout"]).data?.batches;
  return {
    ...parsed,
    ...known,
    ...wholeLists(parsed),
    hidden: new Map(hidden),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(batches === undefined ? {} : { batches }),
  };
}

/** The state lists the first entries of a long list, and the others in one text. */
function wholeLists({ drift, failures, __losant }: z.infer<typeof props>): Pick<StateProps, "drift" | "failures"> {
  const { unlisted } = __losant ?? {};
  return {
    ...(drift === undefined ? {} : { drift: [...drift, ...(unlisted?.drift ?? [])] }),
    ...(failures === undefined ? {} : { failures: [...failures, ...(unlisted?.failures ?? [])] }),
  };
}

/** The value with {@link SECRET} and {@link UNKNOWN_VALUE} where the engine hides something. */
export function shownOf(value: unknown): unknown {
  if (UNKNOWN_VALUES.has(value)) return UNKNOWN_VALUE;
  if (Array.isArray(value)) return value.map(shownOf);
  if (value === null || typeof value !== "object") return value;
  if (isMarkedSecret(value)) return SECRET;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shownOf(inner)]));
}

function hiddenIn(shown: unknown): Hidden | undefined {
  if (shown === SECRET) return "secret";
  if (shown === UNKNOWN_VALUE) return "unknown";
  if (shown === null || typeof shown !== "object") return undefined;
  const within = Object.values(shown).map(hiddenIn);
  return within.find((how) => how === "unknown") ?? within.find((how) => how !== undefined);
}
