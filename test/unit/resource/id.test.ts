import { describe, expect, test } from "@jest/globals";
import { parseId, savedFromLive } from "../../../provider/resource/id.js";
import type { Fleet } from "../../../provider/resource/fleet.js";

const APP = "575ec8687ae143cd83dc4a97";
const FLOW = "575ed18f7ae143cd83dc4aa6";
const A = "575ecf887ae143cd83dc4aa1";
const B = "575ecf887ae143cd83dc4aa2";
const C = "575ecf887ae143cd83dc4aa3";

const fleet = (devices: Record<string, string | null>): Fleet =>
  new Map(
    Object.entries(devices).map(([deviceId, desired]) => [
      deviceId,
      { deviceId, desired, current: desired, sameContent: true },
    ]),
  );

describe("the three forms of an id", () => {
  test("application and flow", () => {
    expect(parseId(`${APP}/${FLOW}`)).toEqual({ applicationId: APP, flowId: FLOW, form: "flow" });
  });
  test("with devices: a set, in lower case", () => {
    expect(parseId(`${APP}/${FLOW}/${B.toUpperCase()},${A},${B}`)).toEqual({
      applicationId: APP,
      flowId: FLOW,
      form: "devices",
      deviceIds: [A, B],
    });
  });
  test("of a resource in the state", () => {
    expect(parseId(`${APP}/${FLOW}/0123abcd0123abcd`)).toMatchObject({ form: "resource" });
  });
  test("of a resource in a state of 0.1.0", () => {
    expect(parseId(`${APP}/${FLOW}/0123abcd`)).toMatchObject({ form: "resource" });
  });
  test.each([
    "",
    APP,
    `${APP}/x`,
    `${APP}/${FLOW}/`,
    `${APP}/${FLOW}/x`,
    `${APP}/${FLOW}/${A}/${B}`,
    `${APP}/${FLOW}/${A},`,
  ])("%p is none, and the forms are shown", (id) => {
    expect(() => parseId(id)).toThrow(/is not the id of an EdgeDeployment.*<applicationId>\/<flowId>/);
  });
});

describe("what a resource known by its id alone stands for", () => {
  test("every device that carries the flow", () => {
    expect(savedFromLive(parseId(`${APP}/${FLOW}`), fleet({ [B]: "v1", [A]: "v1", [C]: null }))).toEqual({
      inputs: { applicationId: APP, flowId: FLOW, version: "v1", deviceIds: [A, B] },
      leaving: [],
    });
  });
  test("at the version most of them have, the same one on every read", () => {
    const id = parseId(`${APP}/${FLOW}`);
    expect(savedFromLive(id, fleet({ [A]: "v1", [B]: "v2", [C]: "v2" }))?.inputs.version).toBe("v2");
    expect(savedFromLive(id, fleet({ [A]: "v2", [B]: "v1" }))?.inputs.version).toBe("v1");
    expect(savedFromLive(id, fleet({ [B]: "v1", [A]: "v2" }))?.inputs.version).toBe("v1");
  });
  test("the devices its id names, also those that do not carry the flow", () => {
    expect(savedFromLive(parseId(`${APP}/${FLOW}/${A},${C}`), fleet({ [A]: "v1", [B]: "v2" }))?.inputs).toMatchObject({
      version: "v1",
      deviceIds: [A, C],
    });
  });
  test("nothing, where no device carries the flow", () => {
    expect(savedFromLive(parseId(`${APP}/${FLOW}`), fleet({ [A]: null }))).toBeUndefined();
  });
  test("an id with a hash and no state says which ids can be read", () => {
    expect(() => savedFromLive(parseId(`${APP}/${FLOW}/0123abcd`), fleet({}))).toThrow(/names no devices/);
  });
});
