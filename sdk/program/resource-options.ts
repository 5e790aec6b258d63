/** Options of Pulumi that a resource of this package cannot follow: refused or warned of, never ignored in silence. */
import type * as pulumi from "@pulumi/pulumi";

type Options = Pick<pulumi.CustomResourceOptions, "customTimeouts" | "import" | "replaceOnChanges">;

/** @returns why the resource cannot be registered with these options; undefined if it can */
export function optionProblem(name: string, options: Options | undefined): string | undefined {
  if (options?.import === undefined) return undefined;
  return (
    `EdgeDeployment "${name}": the option import does not work with a dynamic provider. Leave it out. To manage what ` +
    "runs in Losant already, run `npx pulumi-losant adopt`, or set adopt: true."
  );
}

/** The inputs of which Pulumi knows that a change replaces the resource. */
const REPLACING = new Set(["applicationId", "flowId"]);

/** @returns what a preview has to say about the options; none where Pulumi and this package follow them */
export function optionWarnings({ customTimeouts, replaceOnChanges = [] }: Options = {}): string[] {
  const paths = replaceOnChanges.filter((path) => !REPLACING.has(path));
  return [
    ...(paths.length === 0
      ? []
      : [
          `replaceOnChanges has no effect for ${paths.map((path) => `"${path}"`).join(", ")}: a change moves the devices and ` +
            "keeps the resource. Only another applicationId or flowId replaces it.",
        ]),
    ...(customTimeouts === undefined
      ? []
      : [
          "customTimeouts has no effect with a dynamic provider. rollout.timeoutSeconds bounds a batch, and losant:retrySeconds " +
            "the repeats of a call. The native plugin obeys customTimeouts.",
        ]),
  ];
}
