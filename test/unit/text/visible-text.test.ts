// What devices, workflows and people are called in Losant is shown in terminals, logs and pages, and does nothing there.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { visibleLines, visibleText } from "../../../provider/text/visible-text.js";

describe("text from outside", () => {
  test.each([
    ["a name", "line-3", "line-3"],
    ["umlauts, signs and pictures", "Presse Süd 2/3 <new> #4 :: a@b 🏭", "Presse Süd 2/3 <new> #4 :: a@b 🏭"],
    ["a colour of a terminal", "\u001B[31mred\u001B[0m", "\\u{1b}[31mred\\u{1b}[0m"],
    ["a link of a terminal (OSC 8)", "\u001B]8;;https://x\u0007y", "\\u{1b}]8;;https://x\\u{7}y"],
    ["a colour of Pulumi's", "<{%fg 1%}>red", "\\u{3c}{%fg 1%}>red"],
    ["text from right to left", "v1\u202E2.1", "v1\\u{202e}2.1"],
    ["hidden characters", "a\u200Bb\uFEFF", "a\\u{200b}b\\u{feff}"],
    ["half of a character", "a\uD800b", "a\\u{d800}b"],
    ["line breaks and tabs", "a\r\nb\tc", "a b c"],
    ["line breaks of Unicode's", "a\u2028b\u0085c", "a\\u{2028}b\\u{85}c"],
    ["a command of GitHub's", "::error::gone", "\\u{3a}:error::gone"],
    ["one behind blanks", "  ::set-output name=a::b", "\\u{3a}:set-output name=a::b"],
    ["an older one, anywhere", "a ##[error]gone", "a \\u{23}#[error]gone"],
    ["one of Azure's", "##vso[task.complete]", "\\u{23}#vso[task.complete]"],
  ])("%s", (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
    // Once safe, it stays as it is.
    expect(visibleText(shown)).toBe(shown);
  });

  test("is cut, and the rest is counted", () => {
    const shown = visibleText("x".repeat(1_000_000));
    expect(shown).toBe(`${"x".repeat(500)} ... (999500 more characters)`);
  });

  test("of any kind is one line without a character that acts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 700 }), (text) => {
        for (const line of [visibleText(text), ...visibleLines(text).split("\n")]) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|<\{%|##\[|##vso\[|^\s*::/iu);
        }
      }),
    );
  });

  test("that is ordinary is not changed", () => {
    const ordinary = fc.string({ unit: fc.constantFrom(..."abcXYZ019 -_.:/@#(){}[]<>&%éüß漢字"), maxLength: 60 });
    fc.assert(
      fc.property(ordinary, (text) => {
        fc.pre(!/^\s*::|##\[|<\{%/.test(text));
        expect(visibleText(text)).toBe(text);
      }),
    );
  });
});

test("a message keeps its lines, and each of them is safe", () => {
  expect(visibleLines("one\n::error::two\n\u001B[2Jthree")).toBe("one\n\\u{3a}:error::two\n\\u{1b}[2Jthree");
});
