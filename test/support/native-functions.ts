/** A program that calls every function of the plugin and declares `absent: true`, in each language. */
import { expect, test } from "@jest/globals";
import type { LanguageStage } from "./languages.js";
import { application, flow, line, succeeded } from "./native-life.js";
import { HAND } from "./plant.js";

/** Hall a has line-1 to line-6. */
const HALL = [1, 2, 3, 4, 5, 6];

export function testFunctions(stage: () => LanguageStage): void {
  test("each function answers; absent: true has the workflow removed, and it stays removed", async () => {
    const { losant, project } = stage();
    for (const number of HALL) {
      losant.change({
        applicationId: application,
        flowId: flow,
        deviceId: line(number),
        version: "v1.2.3",
        by: HAND,
      });
    }
    succeeded(await project.up());
    expect(await project.outputs()).toEqual({
      firstDevice: "line-1",
      newestVersion: "v1.3.0",
      deployments: HALL.length,
      device: expect.stringMatching(new RegExp(`^(${HALL.map(line).join("|")})$`)),
      status: "deployed",
    });
    expect(losant.rows(application, flow).map(({ desiredVersion }) => desiredVersion)).toEqual(HALL.map(() => null));
    losant.clearCalls();
    succeeded(await project.up("--expect-no-changes"));
    expect(losant.calls.filter(({ method }) => method === "POST")).toEqual([]);
  });
}
