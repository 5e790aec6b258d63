import { describe, expect, test } from "@jest/globals";
import { createOverlapCheck } from "../../../provider/resource/overlap-check.js";
import type { Claim } from "../../../provider/resource/overlap-check.js";

const claim = (resource: string, deviceIds: string[], rest: Partial<Claim> = {}): Claim => ({
  resource,
  applicationId: "a1",
  flowId: "f1",
  deviceIds,
  ...rest,
});

describe("two resources of one program", () => {
  test.each([
    ["different devices", claim("two", ["d3"]), false],
    ["another workflow", claim("two", ["d1"], { flowId: "f2" }), false],
    ["another application", claim("two", ["d1"], { applicationId: "a2" }), false],
    ["one device of both", claim("two", ["d3", "d1"]), true],
    ["one device of both, in other letters", claim("two", ["D1"], { applicationId: "A1", flowId: "F1" }), true],
    ["another device, but the whole workflow", claim("two", ["d3"], { exclusive: true }), true],
    ["no device and the whole workflow", claim("two", [], { exclusive: true }), true],
  ])("%s", (_what, second, refused) => {
    const claims = createOverlapCheck();
    expect(claims.claim(claim("one", ["d1", "d2", "d1"]))).toBeUndefined();
    expect(claims.claim(second) !== undefined).toBe(refused);
  });

  test("the refusal names both resources, the device and how many more", () => {
    const claims = createOverlapCheck();
    claims.claim(claim("one", ["d1", "d2"]));
    expect(claims.claim(claim("two", ["d1", "d2", "d3"]))).toBe(
      'EdgeDeployment "two" and EdgeDeployment "one" both declare device d1 and 1 more of its devices for workflow f1. ' +
        "A device runs one version of a workflow: leave it out of one of the two.",
    );
    expect(claims.claim(claim("three", ["d4"], { exclusive: true }))).toContain('"three" is exclusive');
  });

  test("one that comes after an exclusive one is refused too", () => {
    const claims = createOverlapCheck();
    expect(claims.claim(claim("whole", ["d1"], { exclusive: true }))).toBeUndefined();
    expect(claims.claim(claim("part", ["d2"]))).toMatch(/"whole" is exclusive.*"part" declares device d2/);
  });
});
