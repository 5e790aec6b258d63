/** What came of the matrix of faults, as Markdown: a table a verb, a row a fault, a column a call. */
import type { CellOutcome } from "./fault-cells.js";

export function tableOf(outcomes: readonly CellOutcome[]): string {
  const tables = [...Map.groupBy(outcomes, ({ cell }) => cell.verb)].map(
    ([verb, ofVerb]) => `## ${verb}\n\n${verbTable(ofVerb)}`,
  );
  const broken = outcomes.filter(({ violations }) => violations.length > 0).length;
  const most = (pick: (outcome: CellOutcome) => number): number =>
    outcomes.reduce((highest, outcome) => Math.max(highest, pick(outcome)), 0);
  const summary =
    `${outcomes.length} cells, ${broken} with a rule that does not hold. ` +
    `Most requests of one verb: ${most(({ requests }) => requests)}. ` +
    `Longest wait between the calls of one verb: ${most(({ waitedSeconds }) => waitedSeconds)} s.`;
  return `${[summary, ...tables].join("\n\n")}\n`;
}

/** Each field: how the verb ended with the fault once, and, where it differs, with the fault for ever. */
function verbTable(outcomes: readonly CellOutcome[]): string {
  const faults = [...new Set(outcomes.map(({ cell }) => cell.fault))];
  const calls = [...new Set(outcomes.map(({ cell }) => cell.call))];
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const field = (fault: string, call: string): string => {
    const pair = outcomes.filter(({ cell }) => cell.fault === fault && cell.call === call);
    return [...new Set(pair.map(signOf))].join(", ");
  };
  return [
    row(["fault", ...calls]),
    row(["---", ...calls.map(() => "---")]),
    ...faults.map((fault) => row([fault, ...calls.map((call) => field(fault, call))])),
  ].join("\n");
}

function signOf({ end, violations }: CellOutcome): string {
  return violations.length > 0 ? "BROKEN" : end;
}
