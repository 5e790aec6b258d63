/**
 * Which devices are meant, in Losant's advanced device query language (`advancedDeviceQuery.json`). Pure.
 *
 * The class is part of the query, since `query` overrides the API's own `deviceClass` parameter. How the API's simpler
 * tag parameters combine (any or all) is documented in contradicting ways, so every "and" and "or" is spelt out here.
 */
import type { Device, DeviceQuery, LosantId } from "../losant/types.js";

export interface DeviceTag {
  readonly key?: string;
  readonly value?: string;
}

export interface Criteria {
  /** Any of them selects a device; key and value of one entry both have to match. */
  readonly tags?: readonly DeviceTag[];
  /** `*` stands for anything; upper and lower case differ. */
  readonly name?: string;
  readonly ids?: readonly LosantId[];
  /** `any` for every class. */
  readonly deviceClass: string;
}

/** The most entries of one `$in` or `$or` (the published schema). */
const MAX_ENTRIES = 100;
/** The query is part of the URL, and proxies refuse URLs beyond about 8 kB. */
const MAX_TAG_CHARACTERS = 3000;

/** One query, or several whose answers together are meant. */
export function deviceQueries({ tags, name, ids, deviceClass }: Criteria): DeviceQuery[] {
  const fixed: DeviceQuery[] = [
    ...(deviceClass === "any" ? [] : [{ deviceClass }]),
    ...(name === undefined ? [] : nameConditions(name)),
  ];
  const byTag = tags === undefined ? [undefined] : chunks(tags.map(tagCondition)).map(anyOf);
  const byId = ids === undefined ? [undefined] : chunks(ids).map((some): DeviceQuery => ({ id: { $in: some } }));
  return byTag.flatMap((tagged) =>
    byId.map((named) => allOf([...fixed, ...[tagged, named].filter((condition) => condition !== undefined)])),
  );
}

/** The same question, asked of a device: if the API ignores a part of the query, it must not choose devices for us. */
export function meetsCriteria({ tags, name, ids, deviceClass }: Criteria): (device: Device) => boolean {
  const wanted = ids && new Set(ids);
  return (device) =>
    (deviceClass === "any" || device.deviceClass === undefined || device.deviceClass === deviceClass) &&
    (tags === undefined || tags.some((tag) => carriesTag(device, tag))) &&
    (name === undefined || (device.name !== undefined && matchesPattern(device.name, name))) &&
    (wanted === undefined || wanted.has(device.id.toLowerCase()));
}

export function carriesTag(device: Device, { key, value }: DeviceTag): boolean {
  return device.tags.some(
    (tag) => (key === undefined || tag.key === key) && (value === undefined || tag.value === value),
  );
}

/** `site=a`, `site=*`, `*=a`, as Losant's own pages write it. */
export function tagText({ key, value }: DeviceTag): string {
  return `${key ?? "*"}=${value ?? "*"}`;
}

function tagCondition({ key, value }: DeviceTag): DeviceQuery {
  if (key === undefined) return { tags: { $tagValue: value } };
  return value === undefined ? { tags: { $tagKey: key } } : { tags: { [key]: value } };
}

/** The parts between the wildcards narrow the answer; `meetsCriteria` checks their order. */
function nameConditions(pattern: string): DeviceQuery[] {
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return [{ name: pattern }];
  return [
    ...(first === "" ? [] : [{ name: { $startsWith: first } }]),
    ...parts
      .slice(1, -1)
      .filter(Boolean)
      .map((part) => ({ name: { $contains: part } })),
    ...(last === "" ? [] : [{ name: { $endsWith: last } }]),
  ];
}

/** Each part is searched once, from where the part before it ends: a RegExp may take seconds for a dozen wildcards. */
function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}

function anyOf(conditions: readonly DeviceQuery[]): DeviceQuery {
  return { $or: conditions };
}

function allOf(conditions: readonly DeviceQuery[]): DeviceQuery {
  return conditions.length === 0 ? {} : { $and: conditions };
}

function chunks<T>(entries: readonly T[]): T[][] {
  const result: T[][] = [];
  let length = 0;
  for (const entry of entries) {
    const more = encodeURIComponent(JSON.stringify(entry)).length + 3;
    const last = result.at(-1);
    // Ids have one length: a hundred of them always fit.
    if (
      last === undefined ||
      last.length >= MAX_ENTRIES ||
      (typeof entry !== "string" && length + more > MAX_TAG_CHARACTERS)
    ) {
      result.push([entry]);
      length = more;
    } else {
      last.push(entry);
      length += more;
    }
  }
  return result;
}
