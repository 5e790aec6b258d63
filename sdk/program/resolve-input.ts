/** The value of an input, as far as this run of the program knows it. */
import * as pulumi from "@pulumi/pulumi";

/** Of Pulumi's outputs, in every release; `apply` alone never says that a value is unknown. */
interface Inner<T> {
  readonly isKnown?: Promise<boolean>;
  readonly isSecret?: Promise<boolean>;
  promise?(): Promise<T>;
}

function innerOf<T>(input: pulumi.Input<T> | undefined): Inner<T> {
  return (pulumi.Output.isInstance(input) ? input : pulumi.output(input)) as unknown as Inner<T>;
}

/** @returns undefined where the value is not known in this preview, or will never be */
export async function resolveIfKnown<T>(
  input: pulumi.Input<T> | undefined,
): Promise<{ readonly value: T } | undefined> {
  const output = innerOf(input);
  try {
    if ((await output.isKnown) === false || output.promise === undefined) return undefined;
    return { value: await output.promise() };
  } catch {
    // The registration of the resource reports the error.
    return undefined;
  }
}

/** Never ends for an output that never settles: do not wait for this alone. */
export async function isSecretInput(input: pulumi.Input<unknown>): Promise<boolean> {
  if (input === null || typeof input !== "object" || isPlainList(input)) return false;
  try {
    return (await innerOf(input).isSecret) === true;
  } catch {
    // The registration reports the error.
    return false;
  }
}

/** Avoids making outputs of a long list of plain values. */
function isPlainList(input: object): boolean {
  return Array.isArray(input) && input.every((entry) => typeof entry !== "object");
}

/** The URN of a resource and its earlier ones; undefined where its registration fails. */
export async function urnsOf(resource: pulumi.Resource): Promise<readonly string[] | undefined> {
  const urn = await resolveIfKnown(resource.urn);
  if (urn === undefined) return undefined;
  const { __aliases } = resource as unknown as { readonly __aliases?: pulumi.Input<string[]> };
  return [urn.value, ...((await resolveIfKnown(__aliases))?.value ?? [])];
}
