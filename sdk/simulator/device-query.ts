/**
 * Losant's advanced device queries. The schema accepts exactly what advancedDeviceQuery.json does (a contract test compares
 * them). The meaning is inferred from Losant's documentation and from MongoDB, whose query language this is.
 */
import { z } from "zod";
import { characters } from "./characters.js";
import type { SimulatedDevice } from "./entities.js";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const scalars = z.array(z.union([z.string(), z.number(), z.boolean()])).max(100);
const text = z.string().min(1);
const comparison = z.union([
  scalar,
  z.strictObject({
    $eq: scalar.optional(),
    $ne: scalar.optional(),
    $gt: scalar.optional(),
    $lt: scalar.optional(),
    $gte: scalar.optional(),
    $lte: scalar.optional(),
    $startsWith: text.optional(),
    $endsWith: text.optional(),
    $contains: text.optional(),
    $ci: z.boolean().optional(),
    $in: scalars.optional(),
    $nin: scalars.optional(),
  }),
]);

const id = z.string().regex(/^[A-Fa-f\d]{24}$/);
const idOrNull = id.nullable();
const ids = z.array(id).max(100);
const idComparison = z.union([
  idOrNull,
  // Exactly one operator.
  z.strictObject({ $eq: idOrNull }),
  z.strictObject({ $ne: idOrNull }),
  z.strictObject({ $gt: idOrNull }),
  z.strictObject({ $lt: idOrNull }),
  z.strictObject({ $gte: idOrNull }),
  z.strictObject({ $lte: idOrNull }),
  z.strictObject({ $in: ids }),
  z.strictObject({ $nin: ids }),
]);

const tagText = characters(0, 255);
const tagTexts = z.array(tagText).max(100);
const tagTest = z.union([tagText, z.null(), z.strictObject({ $in: tagTexts }), z.strictObject({ $nin: tagTexts })]);
const tagPair = z
  .strictObject({ $tagKey: tagTest.optional(), $tagValue: tagTest.optional() })
  .refine((pair) => Object.keys(pair).length > 0);
const tags = z.union([z.null(), tagPair, z.record(z.string().regex(/^[0-9a-zA-Z_-]{1,255}/), tagTest)]);
const tagComparison = z.union([tags, z.strictObject({ $eq: tags }), z.strictObject({ $ne: tags })]);

type Comparison = z.infer<typeof comparison>;
type TagTest = z.infer<typeof tagTest>;
type Tags = z.infer<typeof tags>;

const conditions = z.strictObject({
  id: idComparison.optional(),
  gatewayId: idComparison.optional(),
  parentId: idComparison.optional(),
  ancestorId: idComparison.optional(),
  experienceUserId: idComparison.optional(),
  experienceGroupId: idComparison.optional(),
  name: comparison.optional(),
  deviceClass: comparison.optional(),
  connectionStatus: comparison.optional(),
  creationDate: comparison.optional(),
  lastUpdated: comparison.optional(),
  deletedAt: comparison.optional(),
  attributeName: comparison.optional(),
  connectedAt: comparison.optional(),
  disconnectedAt: comparison.optional(),
  tags: tagComparison.optional(),
});

type Queries = readonly ParsedDeviceQuery[];
export type ParsedDeviceQuery = z.infer<typeof conditions> & {
  readonly $and?: Queries;
  readonly $or?: Queries;
  readonly $nor?: Queries;
};

const queries: z.ZodType<Queries> = z.lazy(() => z.array(deviceQuery).max(100));
/** The shape of a query; anything else is a 400. */
export const deviceQuery: z.ZodType<ParsedDeviceQuery> = conditions.extend({
  $and: queries.optional(),
  $or: queries.optional(),
  $nor: queries.optional(),
});

/** All conditions must hold; a query without conditions matches every device. */
export function matchesQuery(
  { $and, $or, $nor, tags: wanted, ...rest }: ParsedDeviceQuery,
  device: SimulatedDevice,
): boolean {
  const facts = factsOf(device);
  return (
    ($and ?? []).every((inner) => matchesQuery(inner, device)) &&
    ($or === undefined || $or.some((inner) => matchesQuery(inner, device))) &&
    !($nor ?? []).some((inner) => matchesQuery(inner, device)) &&
    (wanted === undefined || tagsCompare(wanted, device)) &&
    Object.entries(rest).every(
      ([field, condition]) => condition === undefined || compare(condition, facts[field] ?? null),
    )
  );
}

/** The fields that conditions compare; simulated devices have no parents, gateways, experience users or attributes. */
function factsOf(device: SimulatedDevice): Readonly<Record<string, string>> {
  return {
    id: device.id,
    name: device.name,
    deviceClass: device.deviceClass,
    connectionStatus: device.connected ? "connected" : "disconnected",
    creationDate: device.creationDate,
    lastUpdated: device.creationDate,
    [device.connected ? "connectedAt" : "disconnectedAt"]: device.connectionTime,
  };
}

function compare(condition: Comparison, value: string | null): boolean {
  if (condition === null || typeof condition !== "object") return compare({ $eq: condition }, value);
  const { $ci, ...operators } = condition;
  const fold = (one: string | number | boolean | null): string | null =>
    one === null ? null : $ci === true ? String(one).toLowerCase() : String(one);
  const is = fold(value);
  return Object.entries(operators).every(([operator, operand]) => {
    if (operand === undefined) return true;
    if (Array.isArray(operand)) return operand.some((one) => fold(one) === is) === (operator === "$in");
    const other = fold(operand);
    if (operator === "$eq") return is === other;
    if (operator === "$ne") return is !== other;
    if (is === null || other === null) return false;
    return ORDERED[operator as keyof typeof ORDERED](is, other);
  });
}

const ORDERED = {
  $gt: (is: string, other: string) => is > other,
  $gte: (is: string, other: string) => is >= other,
  $lt: (is: string, other: string) => is < other,
  $lte: (is: string, other: string) => is <= other,
  $startsWith: (is: string, other: string) => is.startsWith(other),
  $endsWith: (is: string, other: string) => is.endsWith(other),
  $contains: (is: string, other: string) => is.includes(other),
};

function tagsCompare(condition: z.infer<typeof tagComparison>, device: SimulatedDevice): boolean {
  if (condition !== null && "$ne" in condition) return !tagsMatch(condition.$ne as Tags, device);
  if (condition !== null && "$eq" in condition) return tagsMatch(condition.$eq as Tags, device);
  return tagsMatch(condition, device);
}

/** `{$tagKey, $tagValue}` matches one tag with both; otherwise every named tag must match. */
function tagsMatch(condition: Tags, { tags: has }: SimulatedDevice): boolean {
  if (condition === null) return Object.keys(has).length === 0;
  if ("$tagKey" in condition || "$tagValue" in condition) {
    const { $tagKey, $tagValue } = condition as z.infer<typeof tagPair>;
    return Object.entries(has).some(([key, value]) => matchesTag($tagKey, key) && matchesTag($tagValue, value));
  }
  return Object.entries(condition).every(([key, wanted]) => matchesTag(wanted, has[key]));
}

/** `null` matches a device without that tag (inferred, as in MongoDB). */
function matchesTag(wanted: TagTest | undefined, value: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === null) return value === undefined;
  if (typeof wanted === "string") return value === wanted;
  if ("$in" in wanted) return value !== undefined && wanted.$in.includes(value);
  return value === undefined || !wanted.$nin.includes(value);
}
