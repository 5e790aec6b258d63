/**
 * Long lists in the state. Pure.
 *
 * Pulumi's engine handles each value of a list on its own, several times in a command: a list of 100,000 drifted devices
 * takes it a minute. So an output lists its first entries, and the others are one text under `__losant`.
 */
import * as z from "zod";

/** The most entries of `drift`, and of `failures`, that a person sees. */
export const MAX_LISTED = 1000;

/** The entries beyond {@link MAX_LISTED}, each list as JSON of {@link Short} entries. */
export interface Unlisted {
  readonly drift?: string;
  readonly failures?: string;
}

/** An entry of `drift` or `failures`. Devices that one person moved differ in these fields alone. */
interface Entry {
  readonly deviceId: string;
  readonly changedAt?: string;
  readonly at?: string;
}

/**
 * An entry as it is, or what differs from the one before: the device alone, or the device and the time. 100,000 whole
 * entries are a text of 18 MB. States of before have whole ones only.
 */
type Short = Entry | string | readonly [deviceId: string, time: string];

/** The entries that the output itself has. */
export function listed<T>(entries: readonly T[]): readonly T[] {
  return entries.length <= MAX_LISTED ? entries : entries.slice(0, MAX_LISTED);
}

/** The others, as JSON; undefined where there are none. */
export function unlisted(entries: readonly Entry[]): string | undefined {
  if (entries.length <= MAX_LISTED) return undefined;
  const others = entries.slice(MAX_LISTED);
  return JSON.stringify(others.map((entry, index) => shortened(entry, others[index - 1])));
}

function shortened(entry: Entry, before: Entry | undefined): Short {
  if (before === undefined || !haveSameFields(entry, before)) return entry;
  const time = entry.changedAt ?? entry.at;
  return time === undefined || time === (before.changedAt ?? before.at) ? entry.deviceId : [entry.deviceId, time];
}

/** All but the device and the time. */
function haveSameFields(one: Entry, other: Entry): boolean {
  const fields = fieldsOf(one);
  const others = new Map(fieldsOf(other));
  return (
    fields.length === others.size &&
    fields.every(([name, value]) => (VARYING.has(name) ? others.has(name) : others.get(name) === value))
  );
}

/** Without those that JSON leaves out. */
function fieldsOf(entry: Entry): [string, unknown][] {
  return Object.entries(entry).filter(([, value]) => value !== undefined);
}

const VARYING: ReadonlySet<string> = new Set<keyof Entry>(["deviceId", "changedAt", "at"]);

const short = z.union([z.string(), z.tuple([z.string(), z.string()]), z.looseObject({})]);

/**
 * Reads what {@link unlisted} wrote.
 *
 * @internal
 */
export function unlistedOf<T>(entry: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "is no JSON" });
        return z.NEVER;
      }
    })
    .pipe(z.array(short))
    .transform((entries): readonly unknown[] => whole(entries))
    .pipe(z.array(entry).readonly());
}

function whole(entries: readonly z.infer<typeof short>[]): object[] {
  let before: Record<string, unknown> = {};
  return entries.map((entry) => {
    if (typeof entry === "string") before = { ...before, deviceId: entry };
    else if (Array.isArray(entry))
      before = { ...before, deviceId: entry[0], ["at" in before ? "at" : "changedAt"]: entry[1] };
    else before = { ...entry };
    return before;
  });
}
