// What a program may give as devices, and what an output without a value means.
import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeDeploymentArgs } from "pulumi-losant";
import { currentProgram } from "../../../sdk/program/program.js";
import { declaredDevices } from "../../../sdk/declared-devices.js";
import { givenLists } from "../../../sdk/given-list.js";
import { optionWarnings } from "../../../sdk/program/resource-options.js";
import { beginProgram, messageOf, settled } from "./support.js";

const flowId = "f10000000000000000000001";
const device = "d10000000000000000000001";
/** As a stack answers that does not export it. */
const noValue = pulumi.output(undefined) as unknown as pulumi.Output<never>;

interface OutputParts {
  promise(): Promise<unknown>;
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  allResources(): Promise<unknown>;
}

beforeEach(() => beginProgram({ "losant:applicationId": "aa0000000000000000000002", "losant:apiToken": "t" }));

async function declared(args: Partial<EdgeDeploymentArgs>): Promise<unknown> {
  const program = currentProgram();
  const all = { flowId, version: "v1", ...args } as EdgeDeploymentArgs;
  return sent(declaredDevices(program, program.registrations.add("plant", undefined), all).deviceIds);
}

/** What Pulumi sends of an input, or its error. */
async function sent(input: unknown): Promise<unknown> {
  const output = pulumi.output(input as pulumi.Input<string[]>);
  // Pulumi reads each of them when it registers the resource.
  const parts = [input, output].filter((one) => pulumi.Output.isInstance(one)) as unknown as OutputParts[];
  await Promise.allSettled(parts.flatMap((one) => [one.promise(), one.isKnown, one.isSecret, one.allResources()]));
  return settled(output);
}

describe("a value that is not there is said on its property, and is never an empty list", () => {
  test.each<[string, Partial<EdgeDeploymentArgs>, string]>([
    ["deviceIds, an output without a value", { deviceIds: noValue }, "deviceIds: the output has no value"],
    ["deviceIds: null", { deviceIds: null as never }, "deviceIds: it is null"],
    ["deviceTags, an output without a value", { deviceIds: [device], deviceTags: noValue }, "deviceTags: the output"],
    ["deviceTags: null", { deviceIds: [device], deviceTags: null as never }, "deviceTags: it is null"],
    ["deviceIds without a value beside tags", { deviceIds: noValue, deviceTags: [] }, "deviceIds: the output has no"],
  ])("%s", async (_what, args, message) => {
    expect(await messageOf(() => declared(args))).toContain(`EdgeDeployment "plant", ${message}`);
  });

  // Pulumi would leave the property out of what it sends to the plugin.
  test.each<[string, Partial<EdgeDeploymentArgs>, string]>([
    ["deviceIds, an output without a value", { deviceIds: noValue }, "deviceIds: the output has no value"],
    ["deviceTags, an output without a value", { deviceIds: [device], deviceTags: noValue }, "deviceTags: the output"],
  ])("with the native class too: %s", async (_what, args, message) => {
    const [list] = Object.values(givenLists("plant", { flowId, version: "v1", ...args }));
    expect(await messageOf(() => sent(list))).toContain(`EdgeDeployment "plant", ${message}`);
  });

  test("the native class sends lists as they are: their known ids show in a preview", () => {
    const deviceIds = [device, pulumi.output(device)];
    expect(givenLists("plant", { flowId, version: "v1", deviceIds })).toEqual({});
  });

  test.each<[string, unknown]>([
    ["a Set", new Set([device])],
    ["an output of a Set", pulumi.output(new Set([device]))],
    ["a Map", new Map([[device, device]])],
    ["a text", device],
  ])("%s in place of a list is told on its property, also beside tags", async (_what, value) => {
    const found = await messageOf(() => declared({ deviceIds: value as never, deviceTags: [] }));
    expect(found).toMatch(
      /EdgeDeployment "plant", deviceIds: .* is not a list of device ids: give an array; a Set as \[\.\.\.set\]/,
    );
    const tags = await messageOf(() => declared({ deviceIds: [device], deviceTags: value as never }));
    expect(tags).toMatch(/EdgeDeployment "plant", deviceTags: .* is not a list of tags: give an array; a Set as/);
  });

  test("a list of no tags means the ids alone", async () => {
    expect(await declared({ deviceIds: [device], deviceTags: [] })).toEqual([device]);
  });
});

test("options that a dynamic provider cannot follow are warned of, and others are not", () => {
  expect(optionWarnings({ customTimeouts: { update: "5m" }, replaceOnChanges: ["version"] })).toEqual([
    expect.stringMatching(/^replaceOnChanges has no effect for "version"/),
    expect.stringMatching(/^customTimeouts has no effect with a dynamic provider/),
  ]);
  expect(optionWarnings({ replaceOnChanges: ["flowId"] })).toEqual([]);
  expect(optionWarnings()).toEqual([]);
});
