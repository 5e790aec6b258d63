/**
 * Who did something in Losant, by name. Every message says `by user <id>` or `by apiToken <id>`, as Losant's log has it;
 * here the id becomes a name, at the moment the message is shown. Pure.
 */
import { actorTitle } from "../words.js";

/** `user 5b00...` -> `Ann Example` */
export type Actors = ReadonlyMap<string, string>;

const NAMED = /\bby ((user|apiToken) [0-9a-f]{24})\b/gi;

/** `user 5b00...`, of all that the text names by id. */
export function actorsIn(text: string): string[] {
  return [...text.matchAll(NAMED)].map(([, actor = ""]) => actor);
}

/** The same text with their names: `by user "Ann Example"`. Who has none keeps the id. */
export function namingActors(text: string, names: Actors): string {
  return text.replaceAll(NAMED, (whole, actor: string) => {
    const name = names.get(actor);
    return name === undefined ? whole : `by ${actorTitle(actor, name)}`;
  });
}

/** Where two have one name, it does not tell them apart: they keep their ids. */
export function unambiguousNames(entries: readonly (readonly [actor: string, name: string | undefined])[]): Actors {
  const named = entries.flatMap(([actor, name]) =>
    name === undefined || name.trim() === "" ? [] : [[actor, name] as const],
  );
  const holders = Map.groupBy(new Map(named), ([actor, name]) => `${kindOf(actor)} ${name}`);
  return new Map([...holders.values()].flatMap((alike) => (alike.length === 1 ? alike : [])));
}

function kindOf(actor: string): string {
  return actor.split(" ", 1)[0] ?? "";
}
