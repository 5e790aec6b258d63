/**
 * A provider resource of the program keeps its token in the state. A read and a delete use that one: Pulumi reads the
 * resources before it runs the program, also in an `up` whose program has another token. Where Losant refuses the token, the
 * error names the command that saves the one of now. The default provider has no such trouble, see `configOfNow`. Pure.
 */
import { isForbidden, isUnauthorized } from "../losant/errors.js";
import { isDefaultProvider } from "./config.js";

/**
 * @param urn - of the provider
 * @param name - of the provider
 */
export function wayOutOf(urn: string, name: string): (error: unknown) => unknown {
  return (error) =>
    isDefaultProvider(name) || !(isUnauthorized(error) || isForbidden(error))
      ? error
      : new Error(
          `${error.message} The token is the one that the provider "${name}" had in the last \`pulumi up\`. ` +
            `If the program has another one now, \`pulumi up --target '${urn}'\` saves it.`,
        );
}
