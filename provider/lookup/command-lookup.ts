/** Look-ups of a command that belongs to no Pulumi program. */
import { createLosantClient } from "../losant/client.js";
import type { LosantClient, LosantId } from "../losant/types.js";
import type { Settings } from "../settings.js";
import { usableToken } from "./application.js";
import type { LookupContext } from "./context.js";

/** Remembers what it has read: make a new one to read again. */
export function createCommandLookup(settings: Settings): LookupContext {
  const clients = new Map<string, LosantClient>();
  const answers = new Map<string, Promise<unknown>>();
  const asked = <T>(key: readonly unknown[]) => answers.get(JSON.stringify(key)) as Promise<T> | undefined;
  return {
    settings,
    asked,
    once: <T>(key: readonly unknown[], read: () => Promise<T>) => {
      const answer = asked<T>(key) ?? read();
      answers.set(JSON.stringify(key), answer);
      return answer;
    },
    client: async (applicationId: LosantId) => {
      const apiToken = usableToken(settings, applicationId);
      const client = clients.get(apiToken) ?? createLosantClient({ apiUrl: settings.apiUrl, apiToken });
      clients.set(apiToken, client);
      return client;
    },
  };
}
