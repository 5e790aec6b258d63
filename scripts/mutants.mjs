/**
 * `npm run mutants`: breaks one rule at a time in a copy of the tree, and shows which of them no test notices. It takes
 * minutes, so it is run by hand. A part of a name runs those alone: `npm run mutants -- wide`.
 */
import { main, Problem } from "./lib/main.mjs";
import { duration } from "./lib/progress.mjs";
import { MUTANTS } from "./mutants/list.mjs";
import { runTests, tryMutant, withCopy } from "./mutants/run.mjs";

await main(async () => {
  const words = process.argv.slice(2);
  const chosen = MUTANTS.filter(({ name, file }) => words.every((word) => `${name} ${file}`.includes(word)));
  if (chosen.length === 0) throw new Problem(`no mutant has ${words.join(" and ")} in its name or file`);
  return withCopy(async (copy) => {
    const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
    console.log(`Without a mutant: ${tests.join(" ")}`);
    const before = await runTests(copy, tests);
    const known = new Set(before.failed);
    if (known.size > 0) console.log(`These fail without any mutant, and prove nothing:\n${before.failed.join("\n")}`);
    const survivors = [];
    for (const mutant of chosen) {
      const started = Date.now();
      const { failed } = await tryMutant(copy, mutant);
      const proofs = failed.filter((test) => !known.has(test));
      if (proofs.length === 0) survivors.push(mutant);
      const by = proofs.length === 0 ? mutant.tests.join(" ") : `${proofs.length} failed, e.g. ${proofs[0]}`;
      const took = duration(Date.now() - started);
      console.log(`${proofs.length === 0 ? "SURVIVED" : "killed  "}  ${mutant.name} (${mutant.file}; ${by}; ${took})`);
    }
    console.log(`\n${chosen.length - survivors.length} of ${chosen.length} killed`);
    return survivors.length === 0 ? 0 : 1;
  });
});
