/**
 * `npm run picture`: the README's picture, from what the quick start really prints: the preview that finds the drift.
 * Nothing is drawn by hand, and no service is asked. `test/cli/quickstart.test.ts` compares them.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { main, Problem } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { svgOf } from "./picture/svg.mjs";

const STEP = 4;
const TITLE =
  "A terminal: pulumi preview finds the device line-2, which somebody moved from v1.2.3 to v1.2.2 by hand, and says that up would move it back in one call.";

await main(async () => {
  const tour = spawn(process.execPath, [join(root, "scripts", "quickstart.mjs")], {
    cwd: root,
    env: { ...process.env, FORCE_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [code]] = await Promise.all([text(tour.stdout), once(tour, "close")]);
  if (code !== 0) throw new Problem(`The quick start ended with exit code ${code}.`, code);
  const step = output
    .split("\n")
    .map((line) => (/^── |^\$ /.test(stripVTControlCharacters(line)) ? stripVTControlCharacters(line) : line))
    .join("\n")
    .split(/^(?=── \d)/m)
    .find((part) => part.startsWith(`── ${STEP}.`));
  const file = join("docs", "preview.svg");
  writeFileSync(join(root, file), svgOf(step ?? "", TITLE));
  console.log(`Wrote ${file}`);
  return 0;
});
