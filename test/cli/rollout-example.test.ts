// examples/staged-rollout, as it lies in the repository: stop, mend, resume; and the same with rollback.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { createProject } from "../support/project.js";
import type { Project, Result } from "../support/project.js";

jest.setTimeout(240_000);

const application = "aa0000000000000000000002";
const flow = "f10000000000000000000001";
const BROKEN = "d10000000000000000000002"; // line-2, in the second stage
const error = "module modbus-tcp is missing on this gateway";

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
  project = await createProject({
    example: "staged-rollout",
    config: { "losant:apiUrl": losant.url, "losant:applicationId": application },
    secrets: { "losant:apiToken": "demo-deploy-token" },
  });
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

async function must(...args: string[]): Promise<Result> {
  const result = await project.run(args);
  expect([args.join(" "), result.code, result.code === 0 ? "" : result.output]).toEqual([args.join(" "), 0, ""]);
  return result;
}

/** `v1.2.3 x9, v1.2.4 x3`: how many devices are wanted at which version. */
function fleetIs(): string {
  const counts = new Map<string, number>();
  for (const { desiredVersion } of losant.rows(application, flow)) {
    const version = desiredVersion ?? "nothing";
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([a], [b]) => a.localeCompare(b));
  return sorted.map(([version, count]) => `${version} x${count}`).join(", ");
}

/** Device ids of each release since the last look. */
function releases(): string[][] {
  const bodies = losant.calls
    .filter(({ method, path }) => method === "POST" && path.endsWith("/release"))
    .map(({ body }) => (body as { deviceIds: string[] }).deviceIds);
  losant.clearCalls();
  return bodies;
}

describe("a plant at v1.2.3, whose line-2 cannot run v1.2.4", () => {
  test("is brought there in three stages: one device, a quarter, the rest", async () => {
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(releases().map((ids) => ids.length)).toEqual([1, 2, 9]);
    expect(fleetIs()).toBe("v1.2.3 x12");
    losant.setBehaviour(BROKEN, { kind: "failing", error, versions: ["v1.2.4"] });
  });

  test("stops in the second stage with the device's own error; nine devices are not touched", async () => {
    await must("config", "set", "version", "v1.2.4");
    losant.clearCalls();
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.output).toContain(error);
    expect(up.output).toContain(BROKEN);
    expect(fleetIs()).toBe("v1.2.3 x9, v1.2.4 x3");
    expect(releases().map((ids) => ids.length)).toEqual([1, 2]);
    // Each batch is told as it begins, by the names of its devices, and counted at the end.
    expect(up.output).toMatch(/plant {2}v1\.2\.4 {2}\d\/12 · batch 1\/3: line-1$/m);
    expect(up.output).toContain("· batch 2/3: line-2, line-3");
    const table = /batches so far:\n +batch  released  runs  failed .*\n((?: +\d.*\n)+)/.exec(up.output)?.[1] ?? "";
    expect(
      table
        .trimEnd()
        .split("\n")
        .map((line) => line.trim().split(/ +/).slice(0, 4)),
    ).toEqual([
      ["1", "1", "1", "0"],
      ["2", "2", "1", "1"],
    ]);
  });

  test("shows the unfinished rollout in the next preview, and nobody is blamed for drift", async () => {
    const preview = await project.preview();
    expect(preview.code).toBe(0);
    expect(preview.output).toContain("rollout unfinished: 2 of 12 devices at v1.2.4, 1 failed");
    expect(preview.output).toMatch(/1 to update/);
    expect(preview.output).not.toContain("drift of");
    expect(releases()).toEqual([]);
  });

  test("resumes once line-2 is mended: devices that have the version are not released again", async () => {
    losant.setBehaviour(BROKEN, { kind: "immediate" });
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(fleetIs()).toBe("v1.2.4 x12");
    const again = releases().flat();
    expect(again).not.toContain(BROKEN);
    expect(again).not.toContain("d10000000000000000000001");
    expect((await project.preview("--expect-no-changes")).code).toBe(0);
  });

  test("with onFailure: rollback, each touched device returns to its own version, and up still fails", async () => {
    await must("config", "set-all", "--plaintext", "onFailure=rollback", "--plaintext", "version=v1.3.0");
    losant.setBehaviour(BROKEN, { kind: "failing", error, versions: ["v1.3.0"] });
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.output).toContain(error);
    expect(fleetIs()).toBe("v1.2.4 x12");
    const { plant } = await project.deployments();
    expect(plant?.outputs).toMatchObject({ version: "v1.2.4" });
  });
});
