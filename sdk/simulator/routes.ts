/** The table of calls: which scope each needs, and what answers it. Nothing here knows HTTP. */
import type { Actor, SimulatedApplication } from "./entities.js";
import type { ListingFault } from "./faults.js";
import type { SimulatedOperation } from "./operations.js";
import type { QueryValue } from "./query-string.js";

/** A request that has passed authentication and authorization. */
export interface RouteRequest {
  readonly application: SimulatedApplication;
  /** The token's owner, as logs name it. */
  readonly by: Actor;
  readonly query: { readonly [name: string]: QueryValue };
  readonly body: unknown;
  /** A named part of the path. */
  readonly param: (name: string) => string;
  /** Of a listing: what is to be wrong with this page. */
  readonly listingFault?: ListingFault["listing"];
}

export interface Route {
  readonly operation: SimulatedOperation;
  readonly method: "GET" | "POST";
  /** Below `/applications/:applicationId`. */
  readonly path: string;
  /** What a token needs for it (Losant's API reference, call by call). */
  readonly scope: string;
  /** @default 200 */
  readonly status?: 200 | 201 | 202;
  readonly answer: (request: RouteRequest) => object;
}

/** A call that is about no application: its path is whole. */
export interface AccountRoute extends Omit<Route, "answer"> {
  readonly answer: (request: Pick<RouteRequest, "query" | "listingFault">) => object;
}

/** The path of an application's call. */
export function applicationPathOf({ path }: Route): string {
  return `/applications/:applicationId${path}`;
}

/** Which operation a request is, so that a fault can hit it before it is routed. */
export function createOperationFinder(routes: readonly Route[], account: readonly AccountRoute[]) {
  const paths = [...routes.map((route) => ({ ...route, path: applicationPathOf(route) })), ...account];
  const patterns = paths.map(({ method, path, operation }) => ({
    method,
    operation,
    pattern: new RegExp(`^${path.replaceAll(/:[A-Za-z]+/g, "[^/]+")}$`),
  }));
  return (method: string, path: string): SimulatedOperation | undefined =>
    patterns.find((one) => one.method === method && one.pattern.test(path))?.operation;
}
