/**
 * Text from outside, made harmless for the eye. Pure.
 *
 * Names and error texts may hold characters that move the cursor, turn the reading direction round, or show nothing.
 * Such characters are shown as their code, so that two names that look alike are alike.
 */

/** Joiners stay: emoji, Persian and Indic scripts need them. */
const INVISIBLE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `a\u{202E}b`: as JavaScript writes the character. */
export function visibleText(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x0a ? " ⏎ " : String.raw`\u{${code.toString(16).toUpperCase()}}`;
  });
}
