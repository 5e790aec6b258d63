/** Where the provider's messages go. An interface, so that the code that decides knows nothing of Pulumi. */
export interface Log {
  /** Shown only with `pulumi --debug`. */
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /**
   * Live progress: shown only until the next message, and not kept.
   *
   * @param row - the row on which a terminal shows it. @default the row of the stack, or of the resource
   */
  progress(message: string, row?: ProgressRow): void;
}

/** A row of its own, without an operation behind it. */
export interface ProgressRow {
  /** What the row is about. One row is shown for each, the newest. */
  readonly key: string;
  /** What stands at the beginning of the row. Pulumi cuts everything behind it on a terminal of 80 columns. */
  readonly label: string;
}

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, progress: () => {} };
