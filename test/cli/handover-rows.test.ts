// What one edit of a program may do to its resources, on the real CLI: a workflow a row, all rows in one stack, so that one
// command does them all. A device that stays declared never loses the workflow, and each edit makes the fewest calls.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createPlant, projectAt, writeSentence } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

/** `v1: 0 1`, or `v1 next: 0 1` for the row's second workflow; then Pulumi's options, with `$a` for the resource a. */
type Declared = Readonly<Record<string, string | readonly [text: string, options: object]>>;
type Fleet = Readonly<Record<number, string>>;

interface Row {
  readonly edit: string;
  readonly before: Declared;
  readonly after: Declared;
  /** The lines of the preview, by resource. */
  readonly says: Readonly<Record<string, string>>;
  /** Patterns of the write calls, in any order. */
  readonly writes: readonly string[];
  readonly fleet: Fleet;
  /** Of the second workflow. */
  readonly next?: Fleet;
  /** Who owns each device of the first workflow in the end. */
  readonly owners: Fleet;
}

const ROWS: readonly Row[] = [
  {
    edit: "split",
    before: { a: "v1: 0 1" },
    after: { a: "v1: 0", b: "v1: 1" },
    says: { a: "nothing to do; 1 goes to $b (device-1)", b: "nothing to do" },
    writes: [],
    fleet: { 0: "v1", 1: "v1" },
    owners: { 0: "a", 1: "b" },
  },
  {
    edit: "split, with one part at another version",
    before: { a: "v1: 0 1" },
    after: { a: "v1: 0", b: "v2: 1" },
    says: { a: "nothing to do; 1 goes to $b (device-1)", b: "v1 -> v2 on 1 device by release (1 call)" },
    writes: ["release v2 x1"],
    fleet: { 0: "v1", 1: "v2" },
    owners: { 0: "a", 1: "b" },
  },
  {
    edit: "merged under a new name",
    before: { a: "v1: 0", b: "v1: 1" },
    after: { c: "v1: 0 1" },
    says: { a: "1 goes to $c (device-0)", b: "1 goes to $c (device-1)", c: "nothing to do" },
    writes: [],
    fleet: { 0: "v1", 1: "v1" },
    owners: { 0: "c", 1: "c" },
  },
  {
    edit: "merged into one of the two, at a third version",
    before: { a: "v1: 0", b: "v2: 1" },
    after: { b: "v3: 0 1" },
    says: { a: "1 goes to $b (device-0)", b: "v1, v2 -> v3 on 2 devices by release (1 call); 1 joins (device-0)" },
    writes: ["release v3 x2"],
    fleet: { 0: "v3", 1: "v3" },
    owners: { 0: "b", 1: "b" },
  },
  {
    edit: "swapped, and each device gets the other version",
    before: { a: "v1: 0", b: "v2: 1" },
    after: { a: "v1: 1", b: "v2: 0" },
    says: { a: "1 joins (device-1), 1 goes to $b (device-0)", b: "1 joins (device-0), 1 goes to $a (device-1)" },
    // Where the engine hands over one of the two first, its device is alone at its version.
    writes: ["(release v1 x1|replace v2 v1)", "(release v2 x1|replace v1 v2)"],
    fleet: { 0: "v2", 1: "v1" },
    owners: { 0: "b", 1: "a" },
  },
  {
    edit: "swapped together with the versions",
    before: { a: "v1: 0", b: "v2: 1" },
    after: { a: "v2: 1", b: "v1: 0" },
    says: {
      a: "nothing to do; 1 joins (device-1), 1 goes to $b (device-0)",
      b: "nothing to do; 1 joins (device-0), 1 goes to $a (device-1)",
    },
    writes: [],
    fleet: { 0: "v1", 1: "v2" },
    owners: { 0: "b", 1: "a" },
  },
  {
    edit: "renamed with an alias while one device goes to another resource",
    before: { a: "v1: 0 1" },
    after: { c: ["v1: 0", { aliases: [{ name: "$a" }] }], b: "v1: 1" },
    says: { c: "nothing to do; 1 goes to $b (device-1)", b: "nothing to do" },
    writes: [],
    fleet: { 0: "v1", 1: "v1" },
    owners: { 0: "c", 1: "b" },
  },
  {
    edit: "renamed without an alias, at another version",
    before: { a: "v1: 0 1" },
    after: { b: "v2: 0 1" },
    says: { a: "2 go to $b (device-0, device-1)", b: "v1 -> v2 on 2 devices by replace (1 call)" },
    writes: ["(replace v1 v2|release v2 x2)"],
    fleet: { 0: "v2", 1: "v2" },
    owners: { 0: "b", 1: "b" },
  },
  {
    edit: "dropped with retainOnDelete while one device goes to another resource at another version",
    before: { a: ["v1: 0 1", { retainOnDelete: true }] },
    after: { b: "v2: 0" },
    says: { a: "because of retainOnDelete", b: "v1 -> v2 on 1 device by release (1 call)" },
    writes: ["release v2 x1"],
    fleet: { 0: "v2", 1: "v1" },
    owners: { 0: "b" },
  },
  {
    edit: "merged into one whose new version is ignored",
    before: { a: "v1: 0", b: "v1: 1" },
    after: { b: ["v2: 0 1", { ignoreChanges: ["version"] }] },
    says: { a: "1 goes to $b (device-0)", b: "nothing to do; 1 joins (device-0)" },
    writes: [],
    fleet: { 0: "v1", 1: "v1" },
    owners: { 0: "b", 1: "b" },
  },
  {
    edit: "dropped, and one of its devices stays declared elsewhere",
    before: { a: "v1: 0 1", b: "v1: 2" },
    after: { b: "v1: 1 2" },
    says: { a: "is removed from 1 device (device-0), by remove (1 call); 1 goes to $b (device-1)" },
    writes: ["remove device-0"],
    fleet: { 1: "v1", 2: "v1" },
    owners: { 1: "b", 2: "b" },
  },
  {
    edit: "replaced by another workflow while another resource keeps the first one on a device",
    before: { a: "v1: 0 1" },
    after: { a: "v1 next: 0", b: "v1: 1" },
    says: { b: "nothing to do" },
    writes: ["release v1 x1", "remove device-0"],
    fleet: { 1: "v1" },
    next: { 0: "v1" },
    owners: { 1: "b" },
  },
  {
    edit: "replaced by another workflow, with deleteBeforeReplace",
    before: { a: ["v1: 0 1", { deleteBeforeReplace: true }] },
    after: { a: ["v1 next: 0 1", { deleteBeforeReplace: true }] },
    says: {},
    writes: ["remove every", "release v1 x2"],
    fleet: {},
    next: { 0: "v1", 1: "v1" },
    owners: {},
  },
];

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 3, flows: 2 * ROWS.length });
  project = await projectAt(plant, { refreshAlways: false });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

interface Changed {
  readonly positions: readonly number[];
  readonly options?: object;
}

const numbered = (text: string, row: number): string => text.replaceAll(/\$(\w+)/g, `$1-${row}`);

function declare(when: "before" | "after", other: Readonly<Record<string, Changed>> = {}): void {
  const resources = ROWS.flatMap((row, number) =>
    Object.entries(row[when]).map(([name, declared]) => {
      const [text, given = {}] = typeof declared === "string" ? [declared] : declared;
      const [what = "", positions = ""] = text.split(": ");
      const [version, next] = what.split(" ");
      const changed = other[`${name}-${number}`];
      const numbers = changed?.positions ?? positions.split(" ").map(Number);
      const deviceIds = numbers.map((position) => plant.devices[position]);
      const options = JSON.parse(numbered(JSON.stringify(changed?.options ?? given), number)) as object;
      const flowId = plant.flowIds[2 * number + (next === undefined ? 0 : 1)];
      return [`${name}-${number}`, { applicationId: plant.applicationId, flowId, version, deviceIds, options }];
    }),
  );
  project.declare(Object.fromEntries(resources) as Record<string, object>);
}

async function succeed(command: Promise<Result>): Promise<Result> {
  const result = await command;
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

/** The versions of a workflow, by device. */
function versionsOf(flowId: string | undefined): Fleet {
  const rows = plant.simulator.rows(plant.applicationId, flowId).filter((row) => row.desiredVersion !== null);
  return Object.fromEntries(rows.map((row) => [plant.devices.indexOf(row.deviceId), row.desiredVersion])) as Fleet;
}

/** The write calls for the row's two workflows since the calls were cleared. */
function writesOf(row: number): string[] {
  const flowIds = plant.flowIds.slice(2 * row, 2 * row + 2);
  return plant.simulator.calls
    .filter(({ method, body }) => method === "POST" && flowIds.includes((body as { flowId: string }).flowId))
    .map((call) => writeSentence(call).replaceAll(/d\w{23}/g, (id) => `device-${plant.devices.indexOf(id)}`));
}

/** Was the first workflow ever taken off a device since the first release? */
const wasStopped = (row: number, position: number): boolean =>
  plant.simulator
    .rows(plant.applicationId, plant.flowIds[2 * row])
    .filter(({ deviceId }) => deviceId === plant.devices[position])
    .some(({ logs }) => logs.some(({ changeType, newValue }) => changeType === "desired" && newValue === null));

describe("a resource that is", () => {
  let preview = "";
  let [edited, again]: Result[] = [];
  let writes: string[][] = [];
  let owners: Fleet[] = [];

  beforeAll(async () => {
    declare("before");
    await succeed(project.up());
    declare("after");
    preview = (await succeed(project.preview())).stdout;
    plant.simulator.clearCalls();
    edited = await project.up("--continue-on-error");
    writes = ROWS.map((_, row) => writesOf(row));
    const resources = Object.entries(await project.deployments());
    owners = ROWS.map((_, row) =>
      Object.fromEntries(
        resources
          .filter(([, { inputs }]) => inputs?.["flowId"] === plant.flowIds[2 * row])
          .flatMap(([name, { inputs }]) =>
            ((inputs?.["deviceIds"] ?? []) as string[]).map((id) => [
              plant.devices.indexOf(id),
              name.replace(/-.*/, ""),
            ]),
          ),
      ),
    ) as Fleet[];
    // Resources forget the devices whose new owner they have seen, and one is replaced by hand: neither makes a call.
    plant.simulator.clearCalls();
    await project.up("--replace", "**EdgeDeployment::a-0");
    again = await project.up("--expect-no-changes");
  });

  test.each(ROWS.map((row, number) => ({ ...row, number })))(
    "$edit: the preview says what happens, and nothing else happens",
    ({ number, says, writes: expected, fleet, next = {}, owners: expectedOwners }) => {
      for (const [name, text] of Object.entries(says)) {
        const lines = preview.split("\n").filter((line) => line.includes(`EdgeDeployment ${name}-${number} `));
        expect(lines.join("\n")).toContain(numbered(text, number));
      }
      expect(writes[number]).toHaveLength(expected.length);
      for (const call of expected) expect(writes[number]).toContainEqual(expect.stringMatching(`^${call}$`));
      expect(versionsOf(plant.flowIds[2 * number])).toEqual(fleet);
      expect(versionsOf(plant.flowIds[2 * number + 1])).toEqual(next);
      expect(owners[number]).toEqual(expectedOwners);
      for (const position of Object.keys(fleet)) expect(wasStopped(number, Number(position))).toBe(false);
    },
  );

  test("replaced at one workflow, or left alone after that: nothing is written, and nothing is left to do", () => {
    expect([edited?.code, again?.code]).toEqual([0, 0]);
    expect(plant.writes()).toEqual([]);
  });

  test("made to keep a device by ignoreChanges, which another resource declares now: refused, with the names", async () => {
    declare("after", {
      "a-0": { positions: [2], options: { ignoreChanges: ["deviceIds"] } },
      "b-0": { positions: [0, 1] },
    });
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(
      /device d\w+ is declared by "[ab]-0" too \(a transform or ignoreChanges adds it here\)/,
    );
    declare("after");
  });

  test("replaced at one workflow with deleteBeforeReplace: refused, and nothing stops", async () => {
    plant.writes();
    const refused = await project.up("--replace", `**EdgeDeployment::a-${ROWS.length - 1}`);
    expect(refused.code).not.toBe(0);
    expect(plant.writes()).toEqual([]);
  });

  test("destroyed in the end takes the workflow off what it owns, and retained devices keep it", async () => {
    await succeed(project.destroy());
    for (const [row, { edit }] of ROWS.entries()) {
      const left = edit.includes("retainOnDelete") ? { 1: "v1" } : {};
      expect([versionsOf(plant.flowIds[2 * row]), versionsOf(plant.flowIds[2 * row + 1])]).toEqual([left, {}]);
    }
  });
});
