/**
 * The names of the users and API tokens that Losant's log knows by id. They help people to read a message, and nothing
 * else: no decision and no output holds one, since what a token may read differs between programs and days. A name that
 * cannot be read (mostly the token lacks the scope) is left out without a word.
 *
 * Each listing is asked for at most once, and only where a message is about to name somebody.
 *
 * | who          | listing                                                                       | scope                      |
 * | ------------ | ----------------------------------------------------------------------------- | -------------------------- |
 * | `apiToken …` | tokens of the application                                                     | `applicationApiTokens.get` |
 * | `user …`     | members of the user's organizations; else who made a token of the application | `orgs.get`                 |
 */
import type { LosantClient, LosantId } from "../losant/types.js";
import { actorsIn, namingActors, unambiguousNames } from "../messages/actors.js";
import type { Actors } from "../messages/actors.js";
import type { Log } from "../messages/log.js";

export interface ActorNames {
  /** The same text, with names where it says `by user <id>` or `by apiToken <id>`. It never fails. */
  shown(applicationId: LosantId, text: string): Promise<string>;
  /** The names of these, as far as they are known: `user 5b00...` -> `Ann Example`. It never fails. */
  of(applicationId: LosantId, actors: Iterable<string>): Promise<Actors>;
}

/** Nobody waits longer than this for a name, in milliseconds. */
const PATIENCE_MS = 5_000;

const NONE: Actors = new Map();

type NameReader = Pick<LosantClient, "listApplicationTokens" | "listMembers">;

const byClient = new WeakMap<NameReader, ActorNames>();

/** One for each client, so that nothing is asked twice by one token of one run. */
export function actorNamesBy(client: NameReader, log: Pick<Log, "debug">): ActorNames {
  const names = byClient.get(client) ?? createActorNames(client, log);
  byClient.set(client, names);
  return names;
}

function createActorNames(client: NameReader, log: Pick<Log, "debug">): ActorNames {
  const tokens = new Map<LosantId, Promise<Actors>>();
  let members: Promise<Actors> | undefined;

  const orNone = (what: string, read: Promise<Actors>): Promise<Actors> =>
    read.catch((error: unknown) => {
      log.debug(`messages name ${what} by id: ${error instanceof Error ? error.message : String(error)}`);
      return NONE;
    });

  const tokensOf = (applicationId: LosantId): Promise<Actors> => {
    const asked = tokens.get(applicationId) ?? orNone("API tokens", readTokens(applicationId));
    tokens.set(applicationId, asked);
    return asked;
  };

  const readTokens = async (applicationId: LosantId): Promise<Actors> => {
    const all = await client.listApplicationTokens(applicationId, PATIENCE_MS);
    return unambiguousNames([
      ...all.map(({ id, name }) => [`apiToken ${id}`, name] as const),
      ...all
        .filter(({ creatorType }) => creatorType === "user")
        .map(({ creatorId = "", creatorName }) => [`user ${creatorId}`, creatorName] as const),
    ]);
  };

  const readMembers = async (): Promise<Actors> =>
    unambiguousNames((await client.listMembers(PATIENCE_MS)).map(({ userId, name }) => [`user ${userId}`, name]));

  const of: ActorNames["of"] = async (applicationId, actors) => {
    const asked = [...new Set(actors)];
    const users = asked.filter((actor) => actor.startsWith("user "));
    const found = users.length === 0 ? NONE : await (members ??= orNone("users", readMembers()));
    const isOpen = asked.some((actor) => actor.startsWith("apiToken ")) || users.some((actor) => !found.has(actor));
    const all = isOpen ? new Map([...(await tokensOf(applicationId)), ...found]) : found;
    return new Map([...all].filter(([actor]) => asked.includes(actor)));
  };

  return {
    of,
    shown: async (applicationId, text) => {
      const actors = actorsIn(text);
      return actors.length === 0 ? text : namingActors(text, await of(applicationId, actors));
    },
  };
}
