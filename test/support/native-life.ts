/** The life of the resource that each `examples/<language>` declares: the same plant in every language. */
import { expect, test } from "@jest/globals";
import type { LanguageStage } from "./languages.js";
import { HAND } from "./plant.js";
import type { Result } from "./project.js";

export const application = "aa0000000000000000000002";
export const flow = "f10000000000000000000001";
export const line = (number: number): string => `d1${String(number).padStart(22, "0")}`;

export function succeeded({ code, output }: Result): void {
  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
}

/** Tests that follow each other; `stage` is asked only inside of them. */
export function testLife(stage: () => LanguageStage): void {
  const versions = (): string[] => {
    const rows = stage().losant.rows(application, flow);
    return [...new Set(rows.map(({ desiredVersion }) => desiredVersion ?? "nothing"))];
  };
  const writes = (): number => {
    const { losant } = stage();
    const count = losant.calls.filter(({ method }) => method === "POST").length;
    losant.clearCalls();
    return count;
  };
  const runs = (version: string) => stage().project.run(["config", "set", "version", version]);

  test("preview says what will move, and makes no write", async () => {
    const preview = await stage().project.preview();
    succeeded(preview);
    expect(preview.stdout).toMatch(/v1\.2\.3 on \d+ devices as a rollout/);
    expect(writes()).toBe(0);
  });

  test("up releases in batches, and a second up has nothing to do", async () => {
    succeeded(await stage().project.up());
    expect(versions()).toEqual(["v1.2.3"]);
    expect(writes()).toBe(3);
    // Two devices are offline, and follow when they connect.
    expect(await stage().project.outputs()).toMatchObject({
      status: "pending",
      devices: expect.arrayContaining([line(1)]),
    });
    succeeded(await stage().project.up("--expect-no-changes"));
    expect(writes()).toBe(0);
  });

  test("a plain preview shows drift; a new version mends it", async () => {
    const { losant, project } = stage();
    losant.change({ applicationId: application, flowId: flow, deviceId: line(2), version: "v1.2.2", by: HAND });
    const preview = await project.preview();
    expect(preview.stdout).toMatch(/drift of Telemetry: device line-2 .*: v1\.2\.3 -> v1\.2\.2 by user/);
    await runs("v1.2.4");
    succeeded(await project.up());
    expect(versions()).toEqual(["v1.2.4"]);
    // The state has no code.
    expect(new Set(await project.providerCode())).toEqual(new Set(["undefined"]));
  });

  test("a device that cannot run the version stops the rollout, and the resource is kept", async () => {
    const { losant, project } = stage();
    losant.setBehaviour(line(1), { kind: "failing", error: "agent too old", versions: ["v1.3.0"] });
    await runs("v1.3.0");
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.stdout).toContain("agent too old");
    expect((await project.deployments())["plant"]?.initErrors?.join()).toContain("agent too old");
  });

  test("destroy takes the workflow off the devices", async () => {
    succeeded(await stage().project.destroy());
    expect(versions()).toEqual(["nothing"]);
  });

  test("an import takes over what runs by then: the program has nothing to do", async () => {
    const { losant, project } = stage();
    for (const { deviceId } of losant.rows(application, flow)) {
      losant.change({ applicationId: application, flowId: flow, deviceId, version: "v1.2.4", by: HAND });
    }
    losant.clearCalls();
    succeeded(
      await project.run([
        ...["import", "losant:index:EdgeDeployment", "plant", `${application}/${flow}`],
        ...["--yes", "--skip-preview", "--protect=false", "--generate-code=false"],
      ]),
    );
    expect((await project.deployments())["plant"]?.inputs).toMatchObject({ flowId: flow, version: "v1.2.4" });
    await runs("v1.2.4");
    succeeded(await project.up());
    expect(writes()).toBe(0);
  });
}
