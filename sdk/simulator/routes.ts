/** The table of paths: which call needs which scope, and what answers it. Nothing here knows HTTP. */
import type { SimulatedApplication, By } from "./entities.js";
import type { QueryValue } from "./query-string.js";

/** A request that has passed authentication and authorization. */
export interface Asked {
  readonly application: SimulatedApplication;
  /** As logs name the token that was used. */
  readonly by: By;
  readonly query: { readonly [name: string]: QueryValue };
  readonly body: unknown;
  /** A part of the path. */
  readonly param: (name: string) => string;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** Below `/applications/:applicationId`. */
  readonly path: string;
  /** What a token needs for it (the API reference, call by call). */
  readonly scope: string;
  /** @default 200 */
  readonly status?: 200 | 201 | 202;
  readonly answer: (asked: Asked) => object;
}
