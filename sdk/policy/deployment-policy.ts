/** Makes a policy of @pulumi/policy from a rule about one EdgeDeployment. Pure. */
import { EDGE_DEPLOYMENT_TYPE } from "../../provider/type-token.js";
import type { DeploymentPolicy, DeploymentValidation, OptionSchema, ResourceFacts } from "./types.js";

export interface Rule<Options extends object> {
  readonly name: string;
  readonly description: string;
  /** The options, which a policy pack's configuration overrides one by one. */
  readonly options: Options;
  readonly schema?: Record<keyof Options & string, OptionSchema>;
  /** @returns what is wrong and the way out; undefined if nothing is */
  readonly problem: (facts: ResourceFacts, options: Options) => string | undefined;
}

export function deploymentPolicy<Options extends object>(rule: Rule<Options>): DeploymentPolicy {
  const { name, description, options, schema, problem } = rule;
  const validate = (facts: ResourceFacts, reportViolation: (message: string) => void): void => {
    if (facts.type !== EDGE_DEPLOYMENT_TYPE) return;
    const found = problem(facts, { ...options, ...(facts.getConfig() as Partial<Options>) });
    if (found !== undefined) reportViolation(`EdgeDeployment "${facts.name}" ${found}`);
  };
  const validateResource: DeploymentValidation = Object.assign(validate, { __pulumiType: EDGE_DEPLOYMENT_TYPE });
  return {
    name,
    description,
    ...(schema === undefined ? {} : { configSchema: { properties: schema } }),
    validateResource,
  };
}

/** `urn:pulumi:<stack>::<project>::<type>::<name>` */
export function stackIn(urn: string): string {
  return urn.split("::")[0]?.split(":").at(-1) ?? "";
}

/** `prod-*`: `*` stands for anything, also nothing. Letters count as they are, upper or lower. */
export function matchesAny(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const [first = "", ...rest] = pattern
      .split("*")
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${[first, ...rest].join(".*")}$`, "s").test(text);
  });
}
