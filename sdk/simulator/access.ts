/** Who may do what: tokens, their application and their scopes (LOSANT's documentation of API tokens). */
import type { Application, SeedToken } from "./entities.js";
import { NotFound, Refusal } from "./errors.js";
import type { World } from "./world.js";

/** A custom-scope application token cannot be given `edgeDeployment.get` (applicationApiTokenPost.json). */
const NEVER_CUSTOM = "edgeDeployment.get";
const READS = /\.get$/;

export function authenticate(tokens: readonly SeedToken[], header: string | undefined): SeedToken {
  const found = tokens.find(({ token }) => header === `Bearer ${token}`);
  if (!found) throw new Refusal(401, "Unauthorized", "Authentication failed");
  return found;
}

export function authorize(world: World, token: SeedToken, applicationId: string, scope: string): Application {
  const application = world.applications.get(applicationId.toLowerCase());
  const other = token.applicationId !== undefined && token.applicationId !== application?.id;
  if (!application || other) throw new NotFound("Application was not found");
  if (token.scopes === undefined || allows(token.scopes, scope)) return application;
  throw new Refusal(403, "Forbidden", `Token does not have the scope ${scope}`);
}

function allows(scopes: readonly string[], scope: string): boolean {
  if (scopes.includes("all.Application")) return true;
  if (READS.test(scope) && scopes.includes("all.Application.read")) return true;
  if (scope === NEVER_CUSTOM) return false;
  return scopes.includes(scope) || scopes.includes(scope.replace(/\.[a-z]+$/, ".*"));
}
