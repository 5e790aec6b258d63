import { describe, expect, test } from "@jest/globals";
import { newFailures } from "../../../sdk/pipeline/run/hold.js";
import { device } from "./support.js";

const failures = (...ids: string[]) => ids.map((deviceId) => ({ deviceId, attemptedVersion: "v2", error: "no" }));
const secret = (count: number) => failures(...Array.from({ length: count }, () => "[secret]"));

describe("failures since the stage ended", () => {
  test("are those of devices that had not failed by then", () => {
    const found = newFailures(failures(device(0), device(1)), failures(device(0)));
    expect(found.map(({ deviceId }) => deviceId)).toEqual([device(1)]);
  });

  test("of secret devices are as many as there are more", () => {
    expect(newFailures(secret(2), secret(2))).toEqual([]);
    expect(newFailures(secret(3), secret(2))).toHaveLength(1);
    expect(newFailures(secret(1), [])).toHaveLength(1);
  });
});
