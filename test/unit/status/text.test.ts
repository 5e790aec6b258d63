// What comes from outside stays text: for the eye, and in the page.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { FleetStatus } from "../../../sdk/status/fleet-status.js";
import { DATA_MARK, toStatusHtml } from "../../../sdk/status/html.js";
import { visibleText } from "../../../sdk/status/visible-text.js";
import { shortActor } from "../../../sdk/status/wording.js";
import { replay } from "../../support/replay.js";

test.each([
  ["line-3", "line-3"],
  ["مصنع غراتس 7", "مصنع غراتس 7"],
  ["👩‍🔧 café ½ ﬁ", "👩‍🔧 café ½ ﬁ"],
  ["a\u202Eb", String.raw`a\u{202E}b`],
  ["a\u200Bb\uFEFF", String.raw`a\u{200B}b\u{FEFF}`],
  ["\u001B[2Jx", String.raw`\u{1B}[2Jx`],
  ["a\nb", "a ⏎ b"],
  ["\u2028\u0000", String.raw`\u{2028}\u{0}`],
  ["\uD800", String.raw`\u{D800}`],
  ["\u{E0041}", String.raw`\u{E0041}`],
])("%j is shown as %s", (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test("no text shows a character that moves, turns or hides others", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
    }),
    replay,
  );
});

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
  expect(shortActor("apiToken 5b0044f0a3a3b90006c0a5e1")).toBe("apiToken 5b00…a5e1");
  expect(shortActor("user me")).toBe("user me");
});
