import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { getEdgeDeployment, getEdgeDeployments, getEdgeDeploymentsOutput } from "pulumi-losant";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { asked, beginProgram, messageOf, settingsOf, settled, unknown } from "./support.js";

const application = "a00000000000000000000001";
const flowId = "f00000000000000000000000";
const token = "fleet-token-c0ffee";
const device = (number: number): string => `d${String(number).padStart(23, "0")}`;
const by = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;

describe("250 deployments", () => {
  let losant: Simulator;

  beforeAll(async () => {
    const seed = fleet({ devices: 250, running: (number) => (number % 2 === 0 ? "v1" : "v2") });
    const custom = { ...by, token: "custom", scopes: ["edgeDeployments.get"] };
    losant = await startSimulator({ seed: { ...seed, tokens: [...seed.tokens, custom] }, maxPerPage: 40 });
  });
  afterAll(() => losant.close());
  beforeEach(() => {
    beginProgram(settingsOf(losant, application, token));
    losant.clearCalls();
  });

  test("every page is read, and the rows come sorted by id", async () => {
    const { deployments, totalCount } = await getEdgeDeployments();
    expect([deployments.length, totalCount]).toEqual([250, 250]);
    const ids = deployments.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(asked(losant)).toEqual({ deployments: 7 });
  });

  test("another order is kept over all pages", async () => {
    const { deployments } = await getEdgeDeployments({ sortField: "deviceId", sortDirection: "desc" });
    expect(deployments[0]?.deviceId).toBe(device(249));
    expect(deployments.at(-1)?.deviceId).toBe(device(0));
  });

  test("one page where page or perPage asks for it, with the count of all", async () => {
    const { deployments, totalCount } = await getEdgeDeployments({ page: 1, perPage: 10 });
    expect([deployments.length, totalCount]).toEqual([10, 250]);
    expect((await getEdgeDeployments({ perPage: 3 })).deployments).toHaveLength(3);
    expect(losant.calls.map(({ query }) => [query["page"], query["perPage"], query["sortField"]])).toEqual([
      ["1", "10", "id"],
      [undefined, "3", "id"],
    ]);
  });

  test("each query parameter reaches Losant", async () => {
    await getEdgeDeployments({
      sortField: "deviceId",
      sortDirection: "desc",
      page: 0,
      perPage: 5,
      deviceId: device(3),
      flowId,
      version: "v2",
      filterEmpty: true,
    });
    expect(losant.calls[0]?.query).toMatchObject({
      sortField: "deviceId",
      sortDirection: "desc",
      page: "0",
      perPage: "5",
      deviceId: device(3),
      flowId,
      version: "v2",
      filterEmpty: "true",
    });
  });

  test("equal questions are asked once, whatever their order", async () => {
    await Promise.all([
      getEdgeDeployments({ flowId, version: "v1" }),
      getEdgeDeployments({ version: "v1", flowId: flowId.toUpperCase() }),
      getEdgeDeployments({ flowId, version: "v1", sortField: "deviceId" }),
    ]);
    expect(asked(losant)).toEqual({ deployments: 4 });
  });

  test("one deployment by its id, with the id alone or the application beside it", async () => {
    const { deployments } = await getEdgeDeployments({ deviceId: device(7) });
    const id = deployments[0]?.id ?? "";
    expect(await getEdgeDeployment(id)).toMatchObject({ id, deviceId: device(7), status: "deployed" });
    expect(await getEdgeDeployment({ id, applicationId: application })).toMatchObject({ deviceId: device(7) });
  });

  test("a token whose scopes do not allow one deployment is told what does", async () => {
    beginProgram(settingsOf(losant, application, "custom"));
    const { deployments } = await getEdgeDeployments({ deviceId: device(7) });
    const message = await messageOf(() => getEdgeDeployment(deployments[0]?.id ?? ""));
    expect(message).toContain(
      "cannot be given `edgeDeployment.get`: call getEdgeDeployments({ deviceId, flowId }) instead",
    );
  });

  test.each([
    [{ deviceId: "line-3" }, 'getEdgeDeployments: deviceId: "line-3" is not a Losant id'],
    [{ page: -1 }, "getEdgeDeployments: page: -1 is too small: give 0 or more"],
    [{ perPage: 1.5 }, "getEdgeDeployments: perPage: 1.5 is not a whole number"],
    [{ sortField: "name" }, 'getEdgeDeployments: sortField: "name" is not one of "id", "deviceId"'],
    [{ filterEmpty: "yes" }, 'getEdgeDeployments: filterEmpty: "yes" is neither true nor false'],
    [{ applicationId: "here" }, 'getEdgeDeployments: applicationId: "here" is not a Losant id'],
  ])("bad input %j is answered before anything is asked", async (args, expected) => {
    expect(await messageOf(() => getEdgeDeployments(args as never))).toContain(expected);
    expect(asked(losant)).toEqual({});
  });

  test("a deployment that does not exist is named", async () => {
    const message = await messageOf(() => getEdgeDeployment("575ed78e7ae143cd83dc4aab"));
    expect(message).toContain("there is no edge deployment 575ed78e7ae143cd83dc4aab");
  });

  test("unknown in a preview while an argument is", async () => {
    beginProgram(settingsOf(losant, application, token), true);
    expect(await settled(getEdgeDeploymentsOutput({ flowId: unknown() }))).toBe("unknown");
    expect(await settled(getEdgeDeploymentsOutput({ flowId: Promise.resolve(flowId) }))).toMatchObject({
      totalCount: 250,
    });
  });
});

test("the status says what became of a deployment", async () => {
  const seed = fleet({
    devices: 4,
    running: () => "v1",
    device: (number) =>
      number === 1
        ? { behaviour: { kind: "offline" } }
        : number === 2
          ? { behaviour: { kind: "failing", error: "too old" } }
          : {},
  });
  const losant = await startSimulator({ seed, reportDelayMs: 0 });
  for (const [number, version] of [
    [1, "v2"],
    [2, "v2"],
    [3, null],
  ] as const) {
    losant.change({ applicationId: application, flowId, deviceId: device(number), version, by });
  }
  losant.settle();
  beginProgram(settingsOf(losant, application, token));

  const { deployments } = await getEdgeDeployments({ sortField: "deviceId" });
  expect(deployments.map(({ status }) => status)).toEqual(["deployed", "pending", "failed", "removed"]);
  expect(deployments[2]).toMatchObject({
    desiredVersion: "v2",
    currentVersion: "v1",
    failure: { attemptedVersion: "v2", error: "too old" },
    changedBy: `user ${by.sourceId}`,
  });
  expect((await getEdgeDeployments({ filterEmpty: true })).deployments).toHaveLength(3);
  await losant.close();
});
