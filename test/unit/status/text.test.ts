// What comes from outside stays text in the page.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { FleetStatus } from "../../../sdk/status/fleet-status.js";
import { DATA_MARK, toStatusHtml } from "../../../sdk/status/html.js";
import { actorWords } from "../../../sdk/status/wording.js";
import { replay } from "../../support/replay.js";

describe("the page", () => {
  const withNote = (note: string): FleetStatus => ({
    schema: "pulumi-losant/status",
    version: 1,
    readAt: "2026-11-26T14:00:00.000Z",
    stacks: [],
    notes: [note],
    applications: [],
  });
  const dataIn = (html: string): string => /id="status">([^]*?)<\/script>/.exec(html)?.[1] ?? "";

  test("holds whatever a name says, and its element ends where it should", () => {
    const hostile = fc.constantFrom(
      "</script>",
      "<!--",
      "<script>",
      "]]>",
      "\u2028",
      '"',
      "&lt;",
      "$&",
      "$'",
      DATA_MARK,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: "binary" }), hostile)), (parts) => {
        const status = withNote(parts.join(""));
        const html = toStatusHtml(`<body>${DATA_MARK}</body>`, status);
        expect(JSON.parse(dataIn(html))).toEqual(JSON.parse(JSON.stringify(status)));
        expect(html.match(/</g)).toHaveLength(4);
      }),
      replay,
    );
  });

  test("is not made of a template without a place for the status, as in the unbuilt sources", () => {
    expect(() => toStatusHtml("", withNote(""))).toThrow("no place for the status");
  });
});

test("an actor's id is shortened, and his kind is not", () => {
  expect(actorWords({ by: "apiToken 5b0044f0a3a3b90006c0a5e1" })).toBe("apiToken 5b00…a5e1");
  expect(actorWords({ by: "user me" })).toBe("user me");
  expect(actorWords({})).toBe("unknown");
});
