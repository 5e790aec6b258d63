/** What a look-up needs of the run that it belongs to. */
import type { LosantClient, LosantId } from "../losant/types.js";
import type { Settings } from "../settings.js";

export interface LookupContext {
  readonly settings: Pick<Settings, "applicationId">;
  /** @throws UserError where there is no token for the application */
  client(applicationId: LosantId): Promise<LosantClient>;
  /** Reads once for equal keys. A second caller waits for the same answer. */
  once<T>(key: readonly unknown[], read: () => Promise<T>): Promise<T>;
  /** What was read already; undefined if nothing was. */
  asked<T>(key: readonly unknown[]): Promise<T> | undefined;
}
