/** What a token may do: its application and its scopes (Losant's pages on API tokens). */
import type { SimulatedApplication } from "./entities.js";
import { HttpError, NotFound } from "./errors.js";
import type { SeedToken } from "./seed.js";

/** Scopes for every call, and for every read; the API reference names them for each call. */
const ALL = /^all\.(Application|Organization|User)(\.bounded)?$/;
const ALL_READ = /^all\.(Application|Organization|User)\.read(\.bounded)?$/;
/** No token can be given this scope by itself: it is missing in applicationApiTokenPost.json. */
const NOT_GRANTABLE = "edgeDeployment.get";

/** 401 without a token that the seed knows. */
export function authenticate(tokens: readonly SeedToken[], header: string | undefined): SeedToken {
  const found = tokens.find(({ token }) => header === `Bearer ${token}`);
  if (!found) throw new HttpError(401, "Unauthorized", "Authentication failed");
  return found;
}

/** The status for a token of another application; Losant does not document which. */
export type ForeignToken = 403 | 404;

/** The application, if this token has the scope in it. That a missing scope is a 403 is inferred: Losant documents none. */
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
  if (isForeign) throw new HttpError(403, "Forbidden", "Token is not for this application");
  if (token.scopes !== undefined && !token.scopes.some((given) => allows(given, scope))) {
    throw new HttpError(403, "Forbidden", `Token does not have the scope ${scope}`);
  }
  return application;
}

/** A call that is about no application. A token of an application cannot make it, whatever its scopes. */
export function authorizeAccount({ applicationId, scopes }: SeedToken, scope: string): void {
  const isAllowed = applicationId === undefined && (scopes === undefined || scopes.some((one) => allows(one, scope)));
  if (!isAllowed) throw new HttpError(403, "Forbidden", `Token does not have the scope ${scope}`);
}

function allows(given: string, scope: string): boolean {
  if (ALL.test(given)) return true;
  if (ALL_READ.test(given)) return scope.endsWith(".get");
  if (scope === NOT_GRANTABLE) return false;
  return given === scope || given === scope.replace(/\.[a-z]+$/i, ".*");
}
