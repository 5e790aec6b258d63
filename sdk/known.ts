/** What an input stands for, as far as this run of the program can know it. */
import * as pulumi from "@pulumi/pulumi";

/** Of Pulumi's outputs, in every release; `apply` alone never says that a value is unknown. */
interface Inner<T> {
  readonly isKnown?: Promise<boolean>;
  promise?(): Promise<T>;
}

/** @returns undefined where the value is not known in this preview, or will never be */
export async function valueOf<T>(input: pulumi.Input<T> | undefined): Promise<{ readonly value: T } | undefined> {
  const output = (pulumi.Output.isInstance(input) ? input : pulumi.output(input)) as unknown as Inner<T>;
  try {
    if ((await output.isKnown) === false || output.promise === undefined) return undefined;
    return { value: await output.promise() };
  } catch {
    // Whoever registers the resource is told; what is asked here is only beside it.
    return undefined;
  }
}
