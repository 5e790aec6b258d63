// Workflows and their versions, and the application they are in.
import { describe, expect, test } from "@jest/globals";
import { bench } from "./support.js";

const versions = [
  { version: "v1.0.0" },
  { version: "v1.1.0", minimumAgentVersion: "1.39.0" },
  { version: "2026-05-05T12-39-04" },
];
const FLOWS = [
  { name: "Telemetry", versions },
  { name: "Vibration", versions: [] },
  { name: "Alarm mails", flowClass: "cloud", versions: [] },
];
const plant = () => bench({ flows: 3, flow: (number) => FLOWS[number] ?? {} });

describe("workflows", () => {
  test("of the class cloud are listed by default", async () => {
    await using losant = await plant();
    const { body } = await losant.get("/flows");
    expect(body).toMatchObject({ items: [{ name: "Alarm mails", flowClass: "cloud" }], totalCount: 1 });
  });

  test("of the class edge are listed on request", async () => {
    await using losant = await plant();
    const { body } = await losant.get("/flows?flowClass=edge");
    expect(body.items.map((item) => item["name"])).toEqual(["Telemetry", "Vibration"]);
    expect((await losant.get("/flows?flowClass=edge&filterField=name&filter=tele*")).body.items).toHaveLength(1);
  });

  test("are read one by one, of any class", async () => {
    await using losant = await plant();
    const { body } = await losant.get(`/flows/${losant.flow(2)}`);
    expect(body).toMatchObject({ id: losant.flow(2), flowId: losant.flow(2), name: "Alarm mails" });
    expect(await losant.get(`/flows/${"0".repeat(24)}`)).toEqual({
      status: 404,
      body: { type: "NotFound", message: "Flow was not found" },
    });
  });

  test.each(["flowClass=fog", "filterField=id", "class=edge"])("%s is refused", async (query) => {
    await using losant = await plant();
    expect((await losant.get(`/flows?${query}`)).status).toBe(400);
  });
});

describe("versions of a workflow", () => {
  test("are listed by name, without develop, with the agent they need", async () => {
    await using losant = await plant();
    const { body } = await losant.get(`/flows/${losant.flow()}/versions`);
    expect(body).toMatchObject({ totalCount: 3, flowId: losant.flow() });
    expect(body.items.map((item) => [item["version"], item["minimumAgentVersion"]])).toEqual([
      ["2026-05-05T12-39-04", undefined],
      ["v1.0.0", undefined],
      ["v1.1.0", "1.39.0"],
    ]);
  });

  test("are sorted by age on request", async () => {
    await using losant = await plant();
    const { body } = await losant.get(`/flows/${losant.flow()}/versions?sortField=creationDate&sortDirection=desc`);
    expect(body.items.map((item) => item["version"])).toEqual(["2026-05-05T12-39-04", "v1.1.0", "v1.0.0"]);
  });

  test("are found by name and by id", async () => {
    await using losant = await plant();
    const byName = await losant.get(`/flows/${losant.flow()}/versions/v1.1.0`);
    expect(byName.body).toMatchObject({ version: "v1.1.0", flowId: losant.flow() });
    const byId = await losant.get(`/flows/${losant.flow()}/versions/${String(byName.body["id"])}`);
    expect(byId.body["version"]).toBe("v1.1.0");
    expect(await losant.get(`/flows/${losant.flow()}/versions/v9`)).toEqual({
      status: 404,
      body: { type: "NotFound", message: "Flow version was not found" },
    });
  });

  test.each(["a/b", "100%", "50%25", "ü ?#&=", "..", "🌡"])("may be called %j", async (version) => {
    await using losant = await bench({ versions: [version, "v1"] });
    const name = version === ".." ? "%2e%2e%2f" : encodeURIComponent(version);
    const { status, body } = await losant.get(`/flows/${losant.flow()}/versions/${name}`);
    // A path cannot contain "..": it means the folder above.
    if (version === "..") expect(status).toBe(404);
    else expect(body).toMatchObject({ version });
  });
});

test("the application answers its name, which shows that a token is good", async () => {
  await using losant = await plant();
  const { body } = await losant.get("");
  expect(body).toMatchObject({ id: losant.app, applicationId: losant.app, name: "application" });
});
