/** What was asked, for tests to look at. */

/** One request, as it was asked and answered; never with the token. */
export interface Call {
  readonly method: string;
  /** Without the query, decoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON of a body; undefined without one, or where it is no JSON. */
  readonly body: unknown;
  /** Undefined where the connection was cut. */
  readonly status: number | undefined;
  /** When it was answered. */
  readonly at: string;
}
