/** A list that a program gives as an output, and that turns out to be none. */
import * as pulumi from "@pulumi/pulumi";
import type { EdgeDeploymentArgs } from "./args.js";

/**
 * An output that has no value, of a stack that does not export it for example, is no wish: taken for an empty list, it
 * would have devices lose the workflow.
 *
 * @param what - `EdgeDeployment "plant"`
 * @throws RunError that names resource and property
 */
export function withValue<T>(what: string, property: "deviceIds" | "deviceTags", value: T): NonNullable<T> {
  if (value !== undefined && value !== null) return value;
  const found = value === null ? "it is null" : "the output has no value";
  const error = new pulumi.RunError(`${what}, ${property}: ${found}. Give a list, or leave ${property} out.`);
  // Where an input is rejected with it, Pulumi prints the stack.
  error.stack = error.message;
  throw error;
}

/** Pulumi leaves an output without a value out of what it sends, as if the program had not named the property. */
export function givenLists(name: string, args: EdgeDeploymentArgs): Partial<EdgeDeploymentArgs> {
  const lists = (["deviceIds", "deviceTags"] as const).flatMap((property) => {
    const given: pulumi.Input<unknown> = args[property];
    // Where single ids are outputs, the list stays as it is: as one output, a preview would know none of them.
    if (given === undefined || Array.isArray(given)) return [];
    return [
      [
        property,
        pulumi.output(given).apply((known) => withValue(`EdgeDeployment "${name}"`, property, known)),
      ] as const,
    ];
  });
  return Object.fromEntries(lists);
}
