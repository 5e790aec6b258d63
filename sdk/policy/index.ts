/**
 * Ready policies for `pulumi preview --policy-pack` and `pulumi up --policy-pack`: `pulumi-losant/policy`.
 *
 * A policy sees what a program registers: it refuses a declaration before Pulumi touches the resource. It sees no delete.
 * `requireProtect` is the rule against those: Pulumi deletes no protected resource.
 */
import { countOf } from "../../provider/words.js";
import { deploymentPolicy, matchesAny, stackIn } from "./deployment-policy.js";
import type { DeploymentPolicy, ResourceFacts } from "./types.js";

export type { DeploymentPolicy, DeploymentValidation, OptionSchema, ResourceFacts } from "./types.js";

/** The options of {@link losantPolicies}. The configuration of the policy pack overrides them. */
export interface LosantPolicyOptions {
  /**
   * The stacks that are production, by name; `*` stands for anything.
   * @default ["prod*", "*-prod", "*-production"]
   */
  readonly production?: readonly string[];
  /** Production: a release to so many devices or more needs a `rollout`. @default 2 */
  readonly rolloutFrom?: number;
  /** The most devices that one resource may target. @default 100 */
  readonly maxDevices?: number;
}

const PRODUCTION = ["prod*", "*-prod", "*-production"];

/**
 * All ready policies.
 *
 * @example
 * ```ts
 * import { PolicyPack } from "@pulumi/policy";
 * import { losantPolicies } from "pulumi-losant/policy";
 *
 * new PolicyPack("losant", {
 *   enforcementLevel: "mandatory",
 *   policies: losantPolicies({ production: ["graz", "linz"], maxDevices: 40 }),
 * });
 * ```
 */
export function losantPolicies(options: LosantPolicyOptions = {}): DeploymentPolicy[] {
  const { production, rolloutFrom, maxDevices } = options;
  return [
    requireRollout({ production, rolloutFrom }),
    limitDevices({ maxDevices }),
    forbidWorkingCopy(),
    limitExclusive(),
    requireProtect({ production }),
  ];
}

/** `losant-require-rollout`: in production, a version reaches many devices in batches. */
export function requireRollout(
  options: Pick<LosantPolicyOptions, "production" | "rolloutFrom"> = {},
): DeploymentPolicy {
  const { production = PRODUCTION, rolloutFrom = 2 } = options;
  return deploymentPolicy({
    name: "losant-require-rollout",
    description: "In production a version is released in batches.",
    options: { production, rolloutFrom },
    schema: { production: stacks(production), rolloutFrom: { type: "integer", minimum: 1, default: rolloutFrom } },
    problem: ({ props, urn }, { production: names, rolloutFrom: from }) => {
      if (!matchesAny(stackIn(urn), names) || props["version"] === null || isGiven(props["rollout"])) return undefined;
      const count = deviceCount(props);
      if (count < from) return undefined;
      return (
        `releases to ${countOf(count, "device")} of stack ${stackIn(urn)} at once. ` +
        'Give it a rollout, for example { batches: [1, "25%", "100%"] }.'
      );
    },
  });
}

/** `losant-limit-devices`: one resource targets at most so many devices. */
export function limitDevices(options: Pick<LosantPolicyOptions, "maxDevices"> = {}): DeploymentPolicy {
  const { maxDevices = 100 } = options;
  return deploymentPolicy({
    name: "losant-limit-devices",
    description: "One resource targets a limited number of devices.",
    options: { maxDevices },
    schema: { maxDevices: { type: "integer", minimum: 1, default: maxDevices } },
    problem: ({ props }, { maxDevices: most }) => {
      const count = deviceCount(props);
      if (count <= most) return undefined;
      return (
        `targets ${countOf(count, "device")}; the policy allows ${most}. ` +
        "Look at what chose them, then split the resource or raise maxDevices of losant-limit-devices."
      );
    },
  });
}

/** `losant-forbid-working-copy`: no device runs "develop", which changes while somebody edits the workflow. */
export function forbidWorkingCopy(): DeploymentPolicy {
  return deploymentPolicy({
    name: "losant-forbid-working-copy",
    description: 'No device runs "develop", the working copy of a workflow.',
    options: {},
    problem: ({ props }) =>
      props["version"] === "develop"
        ? 'deploys "develop", the working copy, which can change at any time. Save a version in Losant and name it.'
        : undefined,
  });
}

/** `losant-limit-exclusive`: what owns a whole workflow says how many devices that is. */
export function limitExclusive(): DeploymentPolicy {
  return deploymentPolicy({
    name: "losant-limit-exclusive",
    description: "An exclusive resource has maxDevices.",
    options: {},
    problem: ({ props }) =>
      props["exclusive"] === true && !isGiven(props["maxDevices"])
        ? "is exclusive, so it removes the workflow from every other device, and has no maxDevices. Give it one."
        : undefined,
  });
}

/** `losant-require-protect`: in production, no destroy and no dropped resource stops devices by mistake. */
export function requireProtect(options: Pick<LosantPolicyOptions, "production"> = {}): DeploymentPolicy {
  const { production = PRODUCTION } = options;
  return deploymentPolicy({
    name: "losant-require-protect",
    description: "In production a deployment is protected from being deleted.",
    options: { production },
    schema: { production: stacks(production) },
    problem: ({ opts, urn }, { production: names }) =>
      matchesAny(stackIn(urn), names) && !opts.protect
        ? `can be destroyed in stack ${stackIn(urn)}. Give it the option { protect: true }; to remove it later, set protect: false first.`
        : undefined,
  });
}

function stacks(names: readonly string[]) {
  return { type: "array" as const, items: { type: "string" as const }, default: [...names] };
}

function deviceCount(props: ResourceFacts["props"]): number {
  const ids = props["deviceIds"];
  return Array.isArray(ids) ? ids.length : 0;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
