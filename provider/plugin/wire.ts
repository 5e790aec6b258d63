/**
 * Values on the wire: Pulumi's `Struct` to plain values and back. Pure.
 *
 * Three things travel inside of a `Struct` under marks of their own: values that are not known yet (seven sentinels, one a
 * type), secrets, and outputs. A plain value has one mark only, {@link UNKNOWN_GUID}, whatever the type. Which properties
 * hold a secret is returned beside the values, by name.
 */
import { UNKNOWN_GUID } from "../resource/inputs.js";
import { ListValue, NullValue, Struct, Value } from "./protocol.js";
import type { StructMessage, ValueMessage } from "./protocol.js";

/** Pulumi's sentinels: string, boolean, number, list, object, asset, archive. */
const UNKNOWNS = new Set([
  UNKNOWN_GUID,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
]);

/** The key that says what an object with it stands for. */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_MARK = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

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
  if (value.hasStringValue()) return UNKNOWNS.has(value.getStringValue()) ? UNKNOWN_GUID : value.getStringValue();
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
