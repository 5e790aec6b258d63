/**
 * What @pulumi/policy asks of a policy, as far as the rules use it. The rules are plain objects: a pack passes them to
 * `new PolicyPack`, and pulumi-losant does not depend on @pulumi/policy. A test compiles them against its types.
 */

/** What a policy is shown of a resource. */
export interface ResourceFacts {
  readonly type: string;
  /** The inputs after `check`. Reading one that a preview does not know yet ends the policy with a notice. */
  readonly props: Readonly<Record<string, unknown>>;
  readonly urn: string;
  readonly name: string;
  readonly opts: { readonly protect: boolean };
  /** The options that the configuration of the pack sets. */
  getConfig(): object;
}

/** One rule about `EdgeDeployment`s, as `new PolicyPack` takes it. */
export interface DeploymentPolicy {
  name: string;
  description: string;
  configSchema?: { properties: Record<string, OptionSchema> };
  validateResource: DeploymentValidation;
}

export interface DeploymentValidation {
  (facts: ResourceFacts, reportViolation: (message: string) => void): void;
  /** @pulumi/policy calls the rule for resources of this type alone. */
  __pulumiType: string;
}

/** JSON schema of one option. */
export type OptionSchema =
  | { type: "integer"; minimum: number; default: number }
  | { type: "array"; items: { type: "string" }; default: string[] };
