/** `npm run build`: makes `dist/` anew. */
import { build } from "./build/build.mjs";
import { main } from "./lib/main.mjs";

await main(async () => {
  await build();
  return 0;
});
