/** Who may do what: tokens, the application each is for, and their scopes (Losant's pages on API tokens). */
import type { SimulatedApplication } from "./entities.js";
import { NotFound, Refusal } from "./errors.js";
import type { SeedToken } from "./seed.js";

/** Everything, and every reading; the API reference names them for each call. */
const ALL = /^all\.(Application|Organization|User)(\.bounded)?$/;
const ALL_READ = /^all\.(Application|Organization|User)\.read(\.bounded)?$/;
/** A token with scopes of its own cannot be given this one: it is missing in applicationApiTokenPost.json. */
const NEVER_GIVEN = "edgeDeployment.get";

/** 401 without a token that the seed knows. */
export function authenticate(tokens: readonly SeedToken[], header: string | undefined): SeedToken {
  const found = tokens.find(({ token }) => header === `Bearer ${token}`);
  if (!found) throw new Refusal(401, "Unauthorized", "Authentication failed");
  return found;
}

/** What a token gets to hear of an application that it is not for; which of the two is not documented. */
export type ForeignToken = 403 | 404;

/** The application, where this token may do this in it. 403 is inferred: Losant documents none for these calls. */
export function authorize(
  applications: ReadonlyMap<string, SimulatedApplication>,
  token: SeedToken,
  applicationId: string,
  scope: string,
  foreignToken: ForeignToken,
): SimulatedApplication {
  const application = applications.get(applicationId.toLowerCase());
  const isForeign = token.applicationId !== undefined && token.applicationId !== application?.id;
  if (!application || (isForeign && foreignToken === 404)) throw new NotFound("Application was not found");
  if (isForeign) throw new Refusal(403, "Forbidden", "Token is not for this application");
  if (token.scopes !== undefined && !token.scopes.some((given) => allows(given, scope))) {
    throw new Refusal(403, "Forbidden", `Token does not have the scope ${scope}`);
  }
  return application;
}

function allows(given: string, scope: string): boolean {
  if (ALL.test(given)) return true;
  if (ALL_READ.test(given)) return scope.endsWith(".get");
  if (scope === NEVER_GIVEN) return false;
  return given === scope || given === scope.replace(/\.[a-z]+$/i, ".*");
}
