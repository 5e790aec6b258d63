/** Where the provider's messages go. An interface, so that the code that decides knows nothing of Pulumi. */
export interface Log {
  /** Shown only with `pulumi --debug`. */
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Live progress: shown only until the next message, and not kept. */
  progress(message: string): void;
}

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, progress: () => {} };
