/** A run without Pulumi, as another front of the package has it: a client, and answers that are remembered. */
import type { LookupContext } from "../../provider/lookup/context.js";
import type { LosantClient, LosantId } from "../../provider/losant/types.js";

export function lookupContext(client: LosantClient, applicationId: LosantId): LookupContext {
  const answers = new Map<string, Promise<unknown>>();
  return {
    settings: { applicationId },
    client: async () => client,
    once: <T>(key: readonly unknown[], read: () => Promise<T>) => {
      const text = JSON.stringify(key);
      const answer = (answers.get(text) ?? read()) as Promise<T>;
      answers.set(text, answer);
      return answer;
    },
    asked: <T>(key: readonly unknown[]) => answers.get(JSON.stringify(key)) as Promise<T> | undefined,
  };
}
