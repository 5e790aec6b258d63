/**
 * A provider resource of the program keeps its token and address in the state. A read and a delete use those: Pulumi reads the
 * resources before it runs the program, also in an `up` whose program has others. Where Losant refuses the token or cannot be
 * reached, the error names the command that saves the ones of now. The default provider has no such trouble, see
 * `configOfNow`. Pure.
 */
import { isForbidden, isUnauthorized, LosantNetworkError } from "../losant/errors.js";
import { isDefaultProvider } from "./config.js";

/**
 * @param urn - of the provider
 * @param name - of the provider
 */
export function wayOutOf(urn: string, name: string): (error: unknown) => unknown {
  if (isDefaultProvider(name)) return (error) => error;
  return (error) =>
    isUnauthorized(error) || isForbidden(error) || error instanceof LosantNetworkError
      ? new Error(
          `${error.message} Token and address are those that the provider "${name}" had in the last \`pulumi up\`. ` +
            `If the program has others now, \`pulumi up --target '${urn}'\` saves them.`,
        )
      : error;
}
