/** What the plugin's look-ups share: clients by token, and answers that are read once. */
import { usableToken } from "../lookup/application.js";
import type { LookupContext } from "../lookup/context.js";
import { createLosantClient } from "../losant/index.js";
import type { LosantClient, Patience } from "../losant/types.js";
import type { Log } from "../messages/log.js";
import type { Settings } from "../settings.js";

export interface LookupOptions {
  readonly settings: Settings;
  readonly log: Pick<Log, "debug">;
  /** @default that of the settings */
  readonly patience?: Patience;
}

/** @returns a context, or for `fresh` one that remembers nothing but its clients: deployments change while a program runs */
export function createLookup({
  settings,
  log,
  patience,
}: LookupOptions): (memory: "shared" | "fresh") => LookupContext {
  const clients = new Map<string, LosantClient>();
  const client: LookupContext["client"] = async (applicationId) => {
    const apiToken = usableToken(settings, applicationId);
    const known = clients.get(apiToken);
    if (known) return known;
    const created = createLosantClient({
      apiUrl: settings.apiUrl,
      apiToken,
      ...(patience ?? { totalTimeoutMs: settings.retrySeconds * 1000 }),
      onCall: ({ method, path, status }) => log.debug(`${method} ${path} ${status ?? "no answer"} (a look-up)`),
    });
    clients.set(apiToken, created);
    return created;
  };
  const withMemory = (): LookupContext => {
    const answers = new Map<string, Promise<unknown>>();
    return {
      settings,
      client,
      once: <T>(key: readonly unknown[], read: () => Promise<T>) => {
        const text = JSON.stringify(key);
        const answer = (answers.get(text) as Promise<T> | undefined) ?? read();
        answers.set(text, answer);
        return answer;
      },
      asked: <T>(key: readonly unknown[]) => answers.get(JSON.stringify(key)) as Promise<T> | undefined,
    };
  };
  const shared = withMemory();
  return (memory) => (memory === "shared" ? shared : withMemory());
}
