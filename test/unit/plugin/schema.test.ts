// The package schema says what the provider takes and answers: it is held to the code that checks inputs.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import type { Simulator } from "pulumi-losant/simulator";
import { startSimulator } from "pulumi-losant/simulator";
import * as z from "zod";
import { SETTING_NAMES } from "../../../provider/settings.js";
import { declaredSchema } from "../../../provider/resource/inputs.js";
import { FUNCTIONS } from "../../../provider/plugin/functions.js";
import type { Property } from "../../../provider/plugin/schema-properties.js";
import { FUNCTION_SCHEMAS } from "../../../provider/plugin/schema-functions.js";
import { PACKAGE_SCHEMA, schemaText } from "../../../provider/plugin/schema.js";
import { TYPES } from "../../../provider/plugin/schema-types.js";
import { lookupAt, thrownBy } from "../lookup/support.js";

const resource = PACKAGE_SCHEMA.resources["losant:index:EdgeDeployment"];
/** Inputs of the plugin that become others before they are checked. */
const RESOLVED = ["absent", "deviceTags"];

/** What the provider checks, as JSON schema. */
interface Checked {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Checked>>;
  readonly required?: readonly string[];
  readonly items?: Checked;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Checked[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** In what the schema says something else than the provider checks; what JSON schema cannot say is not compared. */
function differencesOf(path: string, said: Property | undefined, checked: Checked): string[] {
  if (said === undefined) return [`${path} is missing`];
  const [one = checked] = checked.anyOf ?? [];
  const { description } = said;
  // What is in a list is described by the list.
  const named = description === undefined ? [] : (one.items?.enum ?? one.enum ?? []);
  const words = named.filter((word) => !description?.includes(`\`${word}\``));
  const bounds = [one.minimum, one.maximum, one.minLength, one.maxLength]
    .filter((bound) => bound !== undefined && bound !== Number.MAX_SAFE_INTEGER)
    .filter((bound) => !new RegExp(`\\b${bound}\\b`).test(description ?? ""));
  const type = said.$ref === undefined ? said.type : "object";
  const own = [
    ...(one.type !== undefined && type !== one.type ? [`${path} is ${type}, and the provider checks ${one.type}`] : []),
    ...words.map((word) => `${path} does not name ${word}`),
    ...bounds.map((bound) => `${path} does not name ${bound}`),
  ];
  if (one.items !== undefined) return [...own, ...differencesOf(`${path}[]`, said.items, one.items)];
  return one.type === "object" ? [...own, ...differencesInside(path, said.$ref ?? "", one)] : own;
}

function differencesInside(path: string, ref: string, { properties = {}, required = [] }: Checked): string[] {
  const name = ref.replace("#/types/", "");
  const type = TYPES[name];
  if (type === undefined) return [`${path} refers to ${ref}, which is not there`];
  // Tags become ids before the check.
  const resolved = name.endsWith(":RolloutCanary") ? ["deviceIds", "deviceTags"] : [];
  const others = Object.keys(type.properties).filter((one) => !(one in properties) && !resolved.includes(one));
  const wanted = required.filter((one) => !resolved.includes(one));
  return [
    ...others.map((other) => `${path}.${other} is not checked`),
    ...(wanted.join() === type.required.join() ? [] : [`${path} wants ${type.required}, and the provider ${wanted}`]),
    ...Object.entries(properties).flatMap(([one, inner]) =>
      differencesOf(`${path}.${one}`, type.properties[one], inner),
    ),
  ];
}

describe("the inputs of an EdgeDeployment", () => {
  const declared = declaredSchema.shape;

  test("are those that the provider checks, and those that it resolves before", () => {
    expect(Object.keys(resource.inputProperties).toSorted()).toEqual(
      [...Object.keys(declared), ...RESOLVED].toSorted(),
    );
  });

  test("required is what nothing else gives: the application may be configured, the version may be absent", () => {
    const required = Object.keys(declared).filter(
      (name) => !declared[name as keyof typeof declared].safeParse(undefined).success,
    );
    // deviceIds may come from deviceTags.
    const elsewhere = ["applicationId", "version", "deviceIds"];
    expect(resource.requiredInputs).toEqual(required.filter((name) => !elsewhere.includes(name)));
  });

  test("have the names, types, words and bounds that the provider checks, at every depth", () => {
    const checked = z.toJSONSchema(declaredSchema, { unrepresentable: "any", io: "input" }) as Checked;
    const differences = Object.entries(checked.properties ?? {}).flatMap(([name, one]) =>
      differencesOf(name, resource.inputProperties[name], one),
    );
    expect(differences).toEqual([]);
  });

  test("a change of what identifies the workflow replaces the resource", () => {
    const replacing = Object.entries<Property>(resource.inputProperties).filter(([, one]) => one.willReplaceOnChanges);
    expect(replacing.map(([name]) => name)).toEqual(["applicationId", "flowId"]);
  });
});

describe("the configuration", () => {
  const names = Object.keys(PACKAGE_SCHEMA.config.variables);

  test("has every setting that there is", () => {
    expect(names.toSorted()).toEqual(SETTING_NAMES.toSorted());
  });

  test("keeps tokens secret", () => {
    const secret = Object.entries<Property>(PACKAGE_SCHEMA.config.variables).filter(([, one]) => one.secret);
    expect(secret.map(([name]) => name)).toEqual(["apiToken", "apiTokens"]);
  });
});

describe("the functions", () => {
  let losant: Simulator;
  beforeAll(async () => {
    losant = await startSimulator();
  });
  afterAll(() => losant.close());

  test("are those that the plugin runs", () => {
    expect(Object.keys(FUNCTION_SCHEMAS)).toEqual(Object.keys(FUNCTIONS));
  });

  test.each(Object.keys(FUNCTION_SCHEMAS))("%s takes what its look-up takes", async (token) => {
    const error = await thrownBy(async () => FUNCTIONS[token]?.run(lookupAt(losant), { colour: "blue" }));
    const taken = /It takes (.*)$/m.exec(error.message)?.[1]?.split(", ");
    expect(Object.keys(FUNCTION_SCHEMAS[token]?.inputs.properties ?? {})).toEqual(taken);
  });
});

describe("the whole schema", () => {
  const whole = JSON.parse(schemaText()) as Record<string, unknown>;

  test("refers only to types that it has, and has none that nothing refers to", () => {
    const text = schemaText();
    const referred = new Set([...text.matchAll(/"#\/types\/([^"]+)"/g)].map(([, name]) => name));
    expect([...referred].map(String).toSorted()).toEqual(Object.keys(TYPES).toSorted());
  });

  test("describes each property, type, function and resource in a sentence: it is the reference of each SDK", () => {
    const bare: string[] = [];
    const visit = (path: string, value: unknown): void => {
      if (value === null || typeof value !== "object") return;
      for (const [name, inner] of Object.entries(value)) {
        const here = `${path}.${name}`;
        const described = /\.(properties|inputProperties|variables|types|functions|resources)$/.test(path);
        const { description } = (inner ?? {}) as { description?: unknown };
        if (described && !(typeof description === "string" && description.length > 5)) bare.push(here);
        visit(here, inner);
      }
    };
    visit("", whole);
    expect(bare).toEqual([]);
  });

  test("says nothing that is so in one language only", () => {
    const texts = [...schemaText().matchAll(/"description":"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
    expect(texts.length).toBeGreaterThan(150);
    const special = /TypeScript|JavaScript|Python|npm|\bnull\b|undefined|Promise|\bawait\b|\bnew [A-Z]|=>/;
    expect(texts.filter((text) => special.test(text))).toEqual([]);
  });

  test("has the version of the package", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(whole["version"]).toBe(version);
  });
});
