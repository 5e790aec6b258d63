/** The words of a package schema: short ways to write a property. Pure. */

/** A property, as Pulumi's package schema has it. */
export interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly oneOf?: readonly Property[];
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
  readonly default?: string | number | boolean;
  readonly defaultInfo?: { readonly environment: readonly string[] };
}

export interface ObjectType {
  readonly description?: string;
  readonly type: "object";
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: readonly string[];
}

export const textProperty = (description: string): Property => ({ type: "string", description });
export const flagProperty = (description: string): Property => ({ type: "boolean", description });
export const wholeProperty = (description: string): Property => ({ type: "integer", description });
export const numberProperty = (description: string): Property => ({ type: "number", description });

export const refTo = (name: string): string => `#/types/losant:index:${name}`;
export const refProperty = (name: string, description: string): Property => ({ $ref: refTo(name), description });

export const listProperty = (item: Property | string, description: string): Property => ({
  type: "array",
  items: typeof item === "string" ? { type: item } : item,
  description,
});

/** A number or a text, such as `2` and `"25%"`. */
export const countOrPercentage = (description?: string): Property => ({
  ...(description === undefined ? {} : { description }),
  oneOf: [{ type: "number" }, { type: "string" }],
});

/** @param required - names of the properties that are always there */
export const objectType = (
  description: string,
  properties: Readonly<Record<string, Property>>,
  required: readonly string[] = [],
): ObjectType => ({ type: "object", description, properties, required });
