/** What a look-up needs of the run that it belongs to. */
import type { LosantClient, LosantId } from "../losant/types.js";
import type { Settings } from "../settings.js";

export interface LookupContext {
  readonly settings: Pick<Settings, "applicationId">;
  /** @throws UserError where there is no token for the application */
  client(applicationId: LosantId): Promise<LosantClient>;
  /** Reads once for equal keys. Who asks while the answer is on its way waits for the same one. */
  once<T>(key: readonly unknown[], read: () => Promise<T>): Promise<T>;
}
