/** A 24-digit id that shows its kind: `idOf("d", 3)` -> `d00000000000000000000003`. */
export function idOf(kind: string, number: number): string {
  return kind + String(number).padStart(24 - kind.length, "0");
}
