/** What the provider tells the person who watches: an interface, so that deciding code stays free of Pulumi. */
export interface Log {
  /** Shown only with `pulumi --debug`. */
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Live progress: shown while it is true, leaves nothing behind. */
  progress(message: string): void;
}

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, progress: () => {} };
