/** Query strings as Losant's own clients write them: `tagFilter[0][key]=site`, `deviceClass[]=edgeCompute`. */
import { parse } from "qs";
import { BadRequest } from "./errors.js";

export type QueryValue = ReturnType<typeof parse>[string];

/** The longest list that Losant documents for a query is `tagFilter`: 100 entries of `[number][key]`. */
const LIMITS = { parameterLimit: 1000, arrayLimit: 100, depth: 2 };

/** `a[0][key]=x` -> `{a: [{key: "x"}]}`. A query beyond the limits is refused, not cut. */
export function parseQueryString(search: string): { readonly [name: string]: QueryValue } {
  try {
    return parse(search, {
      ...LIMITS,
      ignoreQueryPrefix: true,
      strictDepth: true,
      throwOnLimitExceeded: true,
      // `toString` is the name of a parameter like any other; qs drops `__proto__`.
      plainObjects: true,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new BadRequest(`query: ${error.message}`);
    throw error;
  }
}
