import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../provider/losant/version.js";

/** The settings of the stack's configuration, for the resources that name this provider. The README has them all. */
export interface NativeProviderArgs {
  /** The API token of Losant. Pulumi keeps it encrypted. */
  readonly apiToken?: pulumi.Input<string>;
  /** One token an application: the id of the application -> its token. Pulumi keeps them encrypted. */
  readonly apiTokens?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** The application of resources that name none. */
  readonly applicationId?: pulumi.Input<string>;
  /** The address of a private installation. @default "https://api.losant.com" */
  readonly apiUrl?: pulumi.Input<string>;
  /** `never`: only calls that name their devices. @default "exact" */
  readonly replace?: pulumi.Input<"exact" | "never">;
  /** How long Losant may take to show what it accepted, in seconds. @default 30 */
  readonly verifySeconds?: pulumi.Input<number>;
  /** How long a resource tries again while Losant cannot be reached, in seconds. @default 120 */
  readonly retrySeconds?: pulumi.Input<number>;
  /** For teardown: a delete forgets a resource whose application does not exist any more. @default false */
  readonly forgetMissingApplication?: pulumi.Input<boolean>;
  /** Does a preview say what will move, and warn? @default true */
  readonly preflight?: pulumi.Input<boolean>;
  /** Is each resource read before it is compared, so that drift shows in a plain preview? @default true */
  readonly refreshBeforeUpdate?: pulumi.Input<boolean>;
}

/** A connection to Losant of its own, for resources that name it with the option `provider`. */
export class NativeProvider extends pulumi.ProviderResource {
  constructor(name: string, args: NativeProviderArgs = {}, opts: pulumi.ResourceOptions = {}) {
    const version = opts.version ?? packageVersion;
    super("losant", name, providerInputs(args), pulumi.mergeOptions(opts, { version }));
  }
}

const SECRET = ["apiToken", "apiTokens"];

/** What is no text travels as JSON, and what is a token as a secret. */
function providerInputs(args: NativeProviderArgs): Record<string, pulumi.Output<string>> {
  const given = Object.entries(args as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => {
      const text = pulumi
        .output(value as string)
        .apply((known: unknown) => (typeof known === "string" ? known : JSON.stringify(known)));
      return [name, SECRET.includes(name) ? pulumi.secret(text) : text];
    }),
  );
}
