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

describe("the inputs of an EdgeDeployment", () => {
  const declared = declaredSchema.shape;

  test("are those that the provider checks, and those that it resolves before", () => {
    expect(Object.keys(resource.inputProperties).toSorted()).toEqual(
      [...Object.keys(declared), ...RESOLVED].toSorted(),
    );
  });

  test("are of the types that the provider takes", () => {
    const samples: Record<string, unknown> = {
      string: "575ec8687ae143cd83dc4a97",
      boolean: true,
      integer: 3,
      array: ["575ec8687ae143cd83dc4a97"],
    };
    for (const [name, property] of Object.entries<Property>(resource.inputProperties)) {
      if (RESOLVED.includes(name) || property.$ref !== undefined) continue;
      const field = declared[name as keyof typeof declared] as z.ZodType;
      const taken = Object.keys(samples).filter((type) => field.safeParse(samples[type]).success);
      expect([name, taken]).toEqual([name, [property.type]]);
    }
  });

  test("required is what nothing else gives: the application may be configured, the version may be absent", () => {
    const required = Object.keys(declared).filter(
      (name) => !declared[name as keyof typeof declared].safeParse(undefined).success,
    );
    // deviceIds may come from deviceTags.
    const elsewhere = ["applicationId", "version", "deviceIds"];
    expect(resource.requiredInputs).toEqual(required.filter((name) => !elsewhere.includes(name)));
  });

  test("a rollout has the settings that the provider checks, and names each of their words", () => {
    const rollout = declared.rollout.unwrap().shape;
    const properties = TYPES["losant:index:Rollout"]?.properties ?? {};
    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(rollout).toSorted());
    for (const [name, field] of Object.entries(rollout)) {
      const inner = field.unwrap();
      if (!(inner instanceof z.ZodEnum)) continue;
      for (const word of inner.options) expect(properties[name]?.description).toContain(`\`${String(word)}\``);
    }
  });

  test("what stands inside a rollout has the settings that the provider checks", () => {
    const { canary, health, windows } = declared.rollout.unwrap().shape;
    const { errors } = health.unwrap().shape;
    const namesOf = (type: string) => Object.keys(TYPES[`losant:index:${type}`]?.properties ?? {}).toSorted();
    expect(namesOf("RolloutCanary")).toEqual([...Object.keys(canary.unwrap().shape), "deviceTags"].toSorted());
    expect(namesOf("RolloutWindow")).toEqual(Object.keys(windows.unwrap().element.shape).toSorted());
    expect(namesOf("RolloutHealth")).toEqual(Object.keys(health.unwrap().shape).toSorted());
    expect(namesOf("RolloutErrors")).toEqual(Object.keys(errors.unwrap().shape).toSorted());
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

  test("has the version of the package", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(whole["version"]).toBe(version);
  });
});
