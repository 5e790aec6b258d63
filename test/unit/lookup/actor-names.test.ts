// Names of users and tokens: asked for once and only where a message needs them; what may not be read is left out.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Seed, Simulator } from "pulumi-losant/simulator";
import { createLosantClient } from "../../../provider/losant/client.js";
import { actorNamesBy } from "../../../provider/lookup/actor-names.js";
import type { ActorNames } from "../../../provider/lookup/actor-names.js";
import { silent } from "../../../provider/messages/log.js";
import { production } from "./support.js";

const id = (end: string): string => end.padStart(24, "0");
const [ann, bob, nobody] = [`user ${id("a")}`, `user ${id("b")}`, `user ${id("f")}`];
const [nightly, unnamed] = [`apiToken ${id("1")}`, `apiToken ${id("2")}`];
const seed: Seed = {
  ...demoFleet(),
  members: [{ userId: id("a"), firstName: "Ann", lastName: "Example", email: "ann@example.com" }],
  tokens: [
    {
      token: "token-of-nightly",
      sourceType: "apiToken",
      sourceId: id("1"),
      name: "nightly",
      applicationId: production,
      createdBy: { userId: id("b"), name: "Bob" },
    },
    { token: "unnamed", sourceType: "apiToken", sourceId: id("2"), applicationId: production, scopes: ["orgs.get"] },
    { token: "ann", sourceType: "user", sourceId: id("a") },
  ],
};

let losant: Simulator;
beforeEach(async () => {
  losant = await startSimulator({ seed });
});
afterEach(() => losant.close());

function namesFor(apiToken: string): ActorNames {
  return actorNamesBy(createLosantClient({ apiUrl: losant.url, apiToken, retryDelayMs: 1, maxAttempts: 2 }), silent);
}

const calls = (): string[] => losant.calls.map(({ path, status }) => `${path.split("/").at(-1) ?? ""} ${status}`);
const shown = (names: ActorNames, actor: string) => names.shown(production, `by ${actor}`);

test("a token of a user reads members and tokens, once each", async () => {
  const names = namesFor("ann");
  expect(await Promise.all([ann, ann, bob, nightly].map((actor) => shown(names, actor)))).toEqual([
    'by user "Ann Example"',
    'by user "Ann Example"',
    'by user "Bob"',
    'by apiToken "nightly"',
  ]);
  expect(await shown(names, nobody)).toBe(`by ${nobody}`);
  expect(calls()).toEqual(["orgs 200", "tokens 200"]);
});

test("nothing is asked where nobody is named, and only what is needed where somebody is", async () => {
  const names = namesFor("ann");
  expect(await names.shown(production, "3 devices moved by flow 5b0044f0a3a3b90006c0a5e1")).toContain("by flow");
  expect(await names.of(production, [])).toEqual(new Map());
  expect(calls()).toEqual([]);
  await shown(names, ann);
  expect(calls()).toEqual(["orgs 200"]);
});

test("a token of the application knows tokens, and the users who made them", async () => {
  const names = namesFor("token-of-nightly");
  expect(await shown(names, bob)).toBe('by user "Bob"');
  expect(await shown(names, nightly)).toBe('by apiToken "nightly"');
  expect(await shown(names, ann)).toBe(`by ${ann}`);
  expect(calls()).toEqual(["orgs 403", "tokens 200"]);
});

test("a token that may read neither is told so once, and messages keep the ids", async () => {
  const names = namesFor("unnamed");
  for (const actor of [ann, nightly, unnamed, bob, nightly]) expect(await shown(names, actor)).toBe(`by ${actor}`);
  expect(calls()).toEqual(["orgs 403", "tokens 403"]);
});

test.each([{ status: 404 }, { status: 405 }, { garbled: "wrongShape" }, { cut: "before" }] as const)(
  "an old installation that answers %j is no failure",
  async (effect) => {
    losant.fault({ ...effect, times: Infinity });
    expect(await shown(namesFor("ann"), ann)).toBe(`by ${ann}`);
  },
);

test("a name is text from outside: it acts nowhere", async () => {
  await losant.close();
  const name = '\u001b[31m::error::<{%reset%}>\u202e"\n##[command]';
  losant = await startSimulator({ seed: { ...seed, members: [{ userId: id("a"), firstName: name }] } });
  const text = await shown(namesFor("ann"), ann);
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]|<\{%|##\[/u);
  expect(text).toMatch(/^by user "/);
});
