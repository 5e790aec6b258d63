/** What `getDevices` and `deviceTags` do: ask Losant, check its answer, and suggest names where nothing matches. */
import * as z from "zod";
import type { Device, LosantClient, LosantId } from "../losant/types.js";
import { capLines, quoteValue } from "../words.js";
import { applicationFor } from "./application.js";
import { losantId, name, object, parseArguments } from "./arguments.js";
import type { LookupContext } from "./context.js";
import { deviceQueries, carriesTag, meetsCriteria, tagText } from "./device-query.js";
import type { Criteria, DeviceTag } from "./device-query.js";
import { didYouMean } from "../text/suggestions.js";
import type { GetDevicesArgs, GetDevicesResult } from "./types.js";
import { UserError, withUserErrors } from "./user-error.js";

const tag = object({
  key: z
    .string({ error: ({ input }) => `${quoteValue(input)} is not a tag key` })
    .regex(/^[0-9a-zA-Z_-]{1,255}$/, {
      error: ({ input }) => `${quoteValue(input)} is not a tag key, which has 1 to 255 letters, digits, _ and -`,
    })
    .optional(),
  value: name("tag value").optional(),
}).refine(({ key, value }) => key !== undefined || value !== undefined, {
  error: "an empty tag would match every device: give a key, a value or both",
});

const list = <T>(item: z.ZodType<T>, what: string) =>
  z
    .array(item, {
      error: ({ input }) => `${quoteValue(input)} is not a list of ${what}: give an array; a Set as [...set]`,
    })
    .min(1, { error: `an empty list of ${what} matches no device: leave it out or name one` });

const schema = object({
  applicationId: z.string().optional(),
  tags: list(tag, "tags").optional(),
  name: name("device name").optional(),
  ids: list(losantId("device"), "device ids").optional(),
  deviceClass: name("device class").optional(),
});

/** @param what - who asks, for the messages */
export async function findDevices(
  lookup: LookupContext,
  what: string,
  args: GetDevicesArgs,
): Promise<GetDevicesResult> {
  return withUserErrors(what, async () => {
    const { applicationId: given, deviceClass = "edgeCompute", ...rest } = parseArguments(what, schema, args);
    const applicationId = applicationFor(lookup.settings, what, given);
    const criteria: Criteria = { ...rest, deviceClass };
    // Remembered as lines, not as an error: equal questions have one answer, and each message names who asks.
    const { devices, misses } = await lookup.once(["getDevices", applicationId, criteria], async () => {
      const client = await lookup.client(applicationId);
      const found = await query(client, applicationId, criteria);
      return { devices: found, misses: await missesOf(client, applicationId, criteria, found) };
    });
    if (misses.length > 0) throw new UserError(misses.map((miss) => `${what}: ${miss}`).join("\n"));
    return { applicationId, ids: devices.map(({ id }) => id), devices };
  });
}

async function query(client: LosantClient, applicationId: LosantId, criteria: Criteria): Promise<Device[]> {
  const answers = await Promise.all(deviceQueries(criteria).map((asked) => client.listDevices(applicationId, asked)));
  const found = answers.flat().filter(meetsCriteria(criteria));
  const byId = new Map(found.map((device) => [device.id.toLowerCase(), { ...device, id: device.id.toLowerCase() }]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * What matches no device, as lines of a message. Each tag, each id, and all conditions together must match a device:
 * what matches none is probably mistyped. Conditions may narrow each other as long as one device is left.
 */
async function missesOf(
  client: LosantClient,
  applicationId: LosantId,
  criteria: Criteria,
  found: readonly Device[],
): Promise<string[]> {
  const { deviceClass } = criteria;
  const foundIds = new Set(found.map(({ id }) => id));
  const alone = (rest: Partial<Criteria>) => query(client, applicationId, { deviceClass, ...rest });
  const tags = await lacking(
    criteria.tags?.filter((wanted) => !found.some((device) => carriesTag(device, wanted))) ?? [],
    found.length > 0 && isNarrowed(criteria, "tags"),
    async (left) => {
      const devices = await alone({ tags: left });
      return left.filter((wanted) => !devices.some((device) => carriesTag(device, wanted)));
    },
  );
  const ids = await lacking(
    criteria.ids?.filter((wanted) => !foundIds.has(wanted)) ?? [],
    isNarrowed(criteria, "ids"),
    async (left) => {
      const known = new Set((await alone({ ids: left })).map(({ id }) => id));
      return left.filter((wanted) => !known.has(wanted));
    },
  );
  if (tags.length === 0 && ids.length === 0 && (found.length > 0 || !isNarrowed(criteria))) return [];
  // All devices are read only for an error message, to suggest what was meant.
  const all = await query(client, applicationId, { deviceClass: "any" });
  const ours = all.filter(meetsCriteria({ deviceClass }));
  const byId = new Map(all.map((device) => [device.id, device]));
  const unknownTags = tags.filter((wanted) => !ours.some((device) => carriesTag(device, wanted)));
  const lines = [
    ...unknownTags.map(
      (wanted) => `no ${className(criteria)} has the tag ${tagText(wanted)}: ${tagHelp(wanted, all, ours)}`,
    ),
    ...capLines(ids.map((wanted) => idMiss(wanted, criteria, byId.get(wanted)))),
  ];
  return lines.length > 0 ? lines : [nothingMeetsAll(criteria, ours)];
}

/** Of those not found, the ones that no device has. Other conditions may hide the rest; only then Losant is asked again. */
async function lacking<T>(
  notFound: readonly T[],
  mayBeHidden: boolean,
  lackingAlone: (notFound: readonly T[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return notFound.length === 0 || !mayBeHidden ? notFound : lackingAlone(notFound);
}

/** Is there a condition besides this one? */
function isNarrowed({ tags, name: named, ids }: Criteria, besides?: "tags" | "ids"): boolean {
  return (besides !== "tags" && tags !== undefined) || named !== undefined || (besides !== "ids" && ids !== undefined);
}

function nothingMeetsAll({ tags, name: named, ids, ...rest }: Criteria, ours: readonly Device[]): string {
  const conditions = [
    named === undefined ? "" : `the name ${quoteValue(named)}`,
    ids === undefined ? "" : "one of the ids",
    tags === undefined ? "" : `${tags.length === 1 ? "the tag" : "one of the tags"} ${tags.map(tagText).join(", ")}`,
  ].filter(Boolean);
  const onlyName = named !== undefined && conditions.length === 1;
  return onlyName
    ? `no ${className(rest)} is named ${quoteValue(named)}: ${didYouMean(named, namesOf(ours))}`
    : `no ${className(rest)} has ${conditions.join(" and ")}`;
}

function className({ deviceClass }: Criteria): string {
  if (deviceClass === "any") return "device";
  return deviceClass === "edgeCompute" ? "edge compute device" : `device of class ${deviceClass}`;
}

/** @param wanted - a tag that none of `ours` has, the devices of the class that is asked for */
function tagHelp(wanted: DeviceTag, all: readonly Device[], ours: readonly Device[]): string {
  const others = all.filter((device) => carriesTag(device, wanted));
  if (others.length > 0) {
    const classes = [...new Set(others.map(({ deviceClass }) => deviceClass ?? "another"))].toSorted().join(", ");
    return `${others.length} of class ${classes} ${others.length === 1 ? "has" : "have"} it`;
  }
  const tags = ours.flatMap((device) => device.tags);
  const sameKey = tags.filter(({ key }) => key === wanted.key);
  if (wanted.key !== undefined && sameKey.length === 0) {
    return `no device has the key "${wanted.key}"; ${didYouMean(
      wanted.key,
      tags.map(({ key }) => key),
    )}`;
  }
  const values = (wanted.key === undefined ? tags : sameKey).map(({ value }) => value);
  return didYouMean(wanted.value ?? "", values);
}

function idMiss(wanted: LosantId, criteria: Criteria, device: Device | undefined): string {
  if (device === undefined) return `there is no device ${wanted} in this application`;
  const named = device.name === undefined ? wanted : `${wanted} (${device.name})`;
  return `device ${named} is of class ${device.deviceClass ?? "unknown"}, not ${criteria.deviceClass}`;
}

function namesOf(devices: readonly Device[]): string[] {
  return devices.flatMap(({ name: named }) => named ?? []);
}
