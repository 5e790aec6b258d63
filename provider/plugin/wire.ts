/**
 * Values on the wire: Pulumi's `Struct` to plain values and back. Pure.
 *
 * Three things travel inside of a `Struct` under marks of their own: values that are not known yet (seven sentinels, one a
 * type), secrets, and outputs. A plain value has one mark only, {@link UNKNOWN_GUID}, whatever the type. Which properties
 * hold a secret is returned beside the values, by name.
 */
import { UNKNOWN_GUID } from "../resource/inputs.js";
import { MARK, OUTPUT_MARK, SECRET_MARK, UNKNOWN_VALUES } from "../resource/pulumi-marks.js";
import { ListValue, NullValue, Struct, Value } from "./protocol.js";
import type { StructMessage, ValueMessage } from "./protocol.js";

export type Plain = Record<string, unknown>;

export interface Received {
  readonly values: Plain;
  /** Names of the properties that hold a secret, at whatever depth. */
  readonly secret: ReadonlySet<string>;
}

export function received(message: StructMessage | undefined): Received {
  const secret = new Set<string>();
  const names =
    message
      ?.getFieldsMap()
      .getEntryList()
      .map(([name]) => name) ?? [];
  const values = names.map((name) => [name, plainField(message, name, () => secret.add(name))] as const);
  return { values: Object.fromEntries(values), secret };
}

/**
 * @param secret - names of the properties to mark
 * @returns a message without the properties that are undefined
 */
export function sent(values: Readonly<Plain>, secret: ReadonlySet<string> = new Set()): StructMessage {
  const message = new Struct();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    message.getFieldsMap().set(name, valueOf(secret.has(name) ? { [MARK]: SECRET_MARK, value } : value));
  }
  return message;
}

function plainOf(value: ValueMessage, noteSecret: () => void): unknown {
  if (value.hasStringValue()) return UNKNOWN_VALUES.has(value.getStringValue()) ? UNKNOWN_GUID : value.getStringValue();
  if (value.hasNumberValue()) return value.getNumberValue();
  if (value.hasBoolValue()) return value.getBoolValue();
  const list = value.getListValue();
  if (list !== undefined) return list.getValuesList().map((item) => plainOf(item, noteSecret));
  const object = value.getStructValue();
  return object === undefined ? null : objectOf(object, noteSecret);
}

function plainField(message: StructMessage | undefined, name: string, noteSecret: () => void): unknown {
  const field = message?.getFieldsMap().get(name);
  return field === undefined ? undefined : plainOf(field, noteSecret);
}

function objectOf(object: StructMessage, noteSecret: () => void): unknown {
  const fields = object.getFieldsMap();
  const mark = fields.get(MARK)?.getStringValue();
  const inner = fields.get("value");
  if (mark === SECRET_MARK) {
    noteSecret();
    return inner === undefined ? null : plainOf(inner, noteSecret);
  }
  if (mark === OUTPUT_MARK) {
    if (fields.get("secret")?.getBoolValue() === true) noteSecret();
    return inner === undefined ? UNKNOWN_GUID : plainOf(inner, noteSecret);
  }
  return Object.fromEntries(fields.getEntryList().map(([name]) => [name, plainField(object, name, noteSecret)]));
}

function valueOf(value: unknown): ValueMessage {
  const message = new Value();
  if (typeof value === "string") message.setStringValue(value);
  else if (typeof value === "number") message.setNumberValue(value);
  else if (typeof value === "boolean") message.setBoolValue(value);
  else if (Array.isArray(value)) message.setListValue(new ListValue().setValuesList(value.map(valueOf)));
  else if (value !== null && typeof value === "object") message.setStructValue(sent(value as Plain));
  else message.setNullValue(NullValue.NULL_VALUE);
  return message;
}
