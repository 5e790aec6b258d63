/** Losant's advanced device queries, as far as its published schema describes them (advancedDeviceQuery.json). */
import type { Device } from "./entities.js";
import { BadRequest } from "./errors.js";

export function matches(query: unknown, device: Device): boolean {
  if (query === null || typeof query !== "object" || Array.isArray(query)) throw new BadRequest("query is no object");
  return Object.entries(query).every(([key, condition]) => {
    switch (key) {
      case "$and":
        return list(condition).every((inner) => matches(inner, device));
      case "$or":
        return list(condition).some((inner) => matches(inner, device));
      case "$nor":
        return !list(condition).some((inner) => matches(inner, device));
      case "tags":
        return tagsMatch(condition, device);
      case "id":
      case "name":
      case "deviceClass":
        return test(condition, device[key]);
      case "connectionStatus":
        return test(condition, device.connected ? "connected" : "disconnected");
      default:
        throw new BadRequest(`query: "${key}" is not known`);
    }
  });
}

function tagsMatch(condition: unknown, { tags }: Device): boolean {
  if (condition === null || typeof condition !== "object") throw new BadRequest("query: tags is no object");
  const { $tagKey, $tagValue, ...named } = condition as Record<string, unknown>;
  const pairs = Object.entries(tags);
  const wild =
    ($tagKey === undefined && $tagValue === undefined) ||
    pairs.some(
      ([key, value]) =>
        ($tagKey === undefined || test($tagKey, key)) && ($tagValue === undefined || test($tagValue, value)),
    );
  return wild && Object.entries(named).every(([key, wanted]) => tags[key] !== undefined && test(wanted, tags[key]));
}

function test(condition: unknown, value: string): boolean {
  if (typeof condition === "string") return value === condition;
  if (condition === null || typeof condition !== "object") throw new BadRequest("query: no condition");
  const { $ci, ...operators } = condition as Record<string, unknown>;
  const fold = (text: unknown): string => ($ci === true ? String(text).toLowerCase() : String(text));
  const is = fold(value);
  return Object.entries(operators).every(([operator, operand]) => {
    switch (operator) {
      case "$eq":
        return is === fold(operand);
      case "$ne":
        return is !== fold(operand);
      case "$in":
        return list(operand).some((one) => fold(one) === is);
      case "$nin":
        return !list(operand).some((one) => fold(one) === is);
      case "$startsWith":
        return is.startsWith(fold(operand));
      case "$endsWith":
        return is.endsWith(fold(operand));
      case "$contains":
        return is.includes(fold(operand));
      case "$gt":
        return is > fold(operand);
      case "$gte":
        return is >= fold(operand);
      case "$lt":
        return is < fold(operand);
      case "$lte":
        return is <= fold(operand);
      default:
        throw new BadRequest(`query: operator "${operator}" is not known`);
    }
  });
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length > 100) throw new BadRequest("query: a list of at most 100 is needed");
  return value;
}
