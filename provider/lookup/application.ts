/** Which application is meant, and the token for it. Pure. */
import { isLosantId, notAnId } from "../losant/ids.js";
import type { LosantId } from "../losant/types.js";
import { tokenFor } from "../settings.js";
import type { Settings } from "../settings.js";
import { quoteValue } from "../words.js";
import { UserError } from "./user-error.js";

/**
 * The application that is meant.
 *
 * @param what - who asks, for the message
 * @throws UserError that says how to name one
 */
export function applicationFor(
  settings: Pick<Settings, "applicationId">,
  what: string,
  given: LosantId | undefined,
): LosantId {
  const applicationId = given ?? settings.applicationId;
  if (isLosantId(applicationId)) return applicationId.toLowerCase();
  throw new UserError(
    applicationId === undefined
      ? `${what}: no application: give applicationId, or \`pulumi config set losant:applicationId <id>\`, or the environment variable LOSANT_APPLICATION_ID`
      : `${what}: applicationId: ${notAnId(quoteValue(applicationId), "application")}`,
  );
}

/** @throws UserError that says what to set */
export function usableToken(settings: Settings, applicationId: LosantId): string {
  if (settings.problems.length > 0) throw new UserError(settings.problems.join("\n"));
  const token = tokenFor(settings, applicationId);
  if (typeof token === "string") return token;
  throw new UserError(token.missing);
}
