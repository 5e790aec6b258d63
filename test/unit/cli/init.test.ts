import { afterAll, expect, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "pulumi-losant/simulator";
import { packageVersion } from "../../../provider/losant/version.js";
import { init } from "../../../sdk/cli/init.js";
import { codeBlocks } from "../../support/code-blocks.js";
import { readFleet } from "../../../sdk/cli/local-losant/fleet-file.js";

const top = mkdtempSync(join(tmpdir(), "pulumi-losant-init-"));
afterAll(() => rmSync(top, { recursive: true }));
const repository = process.cwd();
const id = "575ec8687ae143cd83dc4a97";

test.each(["typescript", "javascript"] as const)(
  "a %s program has the project's name, and asks for this release",
  (language) => {
    const folder = join(top, language);
    expect(init({ folder, language, name: "Plant-Graz", from: repository })).toContain("npx pulumi-losant simulator");
    const project = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
    expect(project).toMatch(/^name: plant-graz\ndescription: Losant edge deployments\n/);
    expect(project).not.toMatch(/\$\{|template/);
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toMatchObject({
      name: "plant-graz",
      dependencies: { "pulumi-losant": `^${packageVersion}` },
    });
  },
);

test("a folder with files and a name that is none are refused, and nothing is written", () => {
  const folder = join(top, "full");
  init({ folder, language: "javascript", from: repository });
  const before = readFileSync(join(folder, "index.js"), "utf8");
  expect(() => init({ folder, language: "typescript", from: repository })).toThrow(
    `${folder} has files already (Pulumi.yaml): give a new folder, or move them away`,
  );
  expect(readFileSync(join(folder, "index.js"), "utf8")).toBe(before);
  expect(() => init({ folder: join(top, "a b"), language: "typescript", from: repository })).toThrow(
    '"a b" is no name for a project: letters, digits, - _ and . are possible. Give one with --name',
  );
});

test("an application of one's own is in the stack's settings, and no simulator is mentioned; a wrong id is refused", () => {
  const folder = join(top, "own");
  const said = init({ folder, language: "javascript", application: id, from: repository });
  expect(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8")).toBe(`config:\n  losant:applicationId: ${id}\n`);
  expect(said).toContain("pulumi config set --secret losant:apiToken");
  expect(said).not.toContain("simulator");
  expect(() =>
    init({ folder: join(top, "wrong"), language: "javascript", application: "plant", from: repository }),
  ).toThrow('--application "plant" is not a Losant id');
});

const fleetFile = (fleet: unknown): string => {
  const file = join(top, "fleet.json");
  writeFileSync(file, typeof fleet === "string" ? fleet : JSON.stringify(fleet));
  return file;
};
const plant = {
  id,
  name: "Plant",
  flows: [{ id, name: "Telemetry", versions: [{ version: "v1" }] }],
  devices: [{ id, name: "line-1", tags: { site: "graz" }, behaviour: { kind: "offline" } }],
};

test("the fleet in docs/command-line.md is accepted", () => {
  const [example] = codeBlocks(readFileSync("docs/command-line.md", "utf8")).filter(
    ({ language }) => language === "json",
  );
  expect(readFleet(fleetFile(example?.text)).applications).toHaveLength(1);
});

test("a fleet from a file runs, with tokens for Pulumi and for a person", async () => {
  const seed = readFleet(fleetFile({ applications: [plant] }));
  expect(seed.tokens.map(({ sourceType }) => sourceType)).toEqual(["apiToken", "user"]);
  const losant = await startSimulator({ seed });
  try {
    expect(losant.devices(id)).toMatchObject([{ name: "line-1", connected: false }]);
  } finally {
    await losant.close();
  }
});

test.each([
  ["not JSON", "{", /fleet\.json cannot be read as JSON/],
  ["no application", { applications: [] }, /fleet\.json: applications: /],
  [
    "a wrong id",
    { applications: [{ ...plant, devices: [{ id: "1", name: "a" }] }] },
    /applications\.0\.devices\.0\.id: an id has 24 digits/,
  ],
  ["a mistyped name", { applications: [{ ...plant, device: [] }] }, /applications\.0: .*"device"/],
])("a fleet with %s is refused, with the place in the file", (_what, fleet, message) => {
  expect(() => readFleet(fleetFile(fleet))).toThrow(message);
});
