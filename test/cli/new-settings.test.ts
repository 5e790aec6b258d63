// A token is replaced: the state keeps the former one for the next refresh, and people are told how to go on.
import { expect, test } from "@jest/globals";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import { pulumiLosant } from "../support/automation.js";
import { createProject } from "../support/project.js";
import type { Result } from "../support/project.js";

function succeed(result: Result): void {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
}

test("after a new token the pipeline goes on; the error of `pulumi up` names the way out, and the way out works", async () => {
  const seed = fleet({ devices: 1 });
  const [application] = seed.applications;
  const by = { sourceType: "apiToken", sourceId: "a00000000000000000000002" } as const;
  const tokens = [{ token: "former-token", ...by }];
  const simulator = await startSimulator({ seed: { ...seed, tokens }, reportDelayMs: 0 });
  const project = await createProject({
    config: { "losant:apiUrl": simulator.url },
    secrets: { "losant:apiToken": "former-token" },
  });
  try {
    const flowId = application?.flows[0]?.id;
    const deviceIds = application?.devices.map(({ id }) => id);
    project.declare({ telemetry: { applicationId: application?.id, flowId, version: "v1", deviceIds } });
    succeed(await project.up());
    tokens.splice(0, 1, { token: "new-token", ...by });
    succeed(await project.run(["config", "set", "--secret", "losant:apiToken", "new-token"]));

    // The nightly job goes on by itself: the pipeline refreshes with the settings of the program.
    const drift = await pulumiLosant(project, ["drift", "--stack", "dev"]);
    expect(drift).toMatchObject({ code: 0 });

    const stale = await project.up();
    expect(stale.code).not.toBe(0);
    expect(stale.stdout).toContain("run `pulumi refresh --run-program` once");
    succeed(await project.run(["refresh", "--run-program", "--yes", "--skip-preview"]));
    succeed(await project.up("--expect-no-changes"));
  } finally {
    project.remove();
    await simulator.close();
  }
});
