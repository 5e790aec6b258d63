// What a program loads that only declares resources: neither the client of Losant's API nor the checks of arguments.
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files and packages that are loaded together with `entry`: its imports and theirs, but no types and no `import()`. */
function loadedWith(entry: string): Set<string> {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    if (!path.endsWith(".ts")) continue;
    const statements = readFileSync(path, "utf8").matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?"([^"]+)";/gm);
    for (const [, specifier = ""] of statements) {
      loaded.add(specifier.startsWith(".") ? join(dirname(path), specifier.replace(/\.js$/, ".ts")) : specifier);
    }
  }
  return loaded;
}

test("the package loads no look-up, no HTTP client and no schemas before a program needs them", () => {
  const loaded = [...loadedWith("sdk/index.ts")];
  expect(loaded).toEqual(expect.arrayContaining(["sdk/data/devices.ts", "sdk/program/program.ts", "@pulumi/pulumi"]));
  expect(loaded.filter((path) => /^(got|zod|dataloader|semver)$|losant\/client|lookup\/devices/.test(path))).toEqual(
    [],
  );
});

test("a look-up loads them", () => {
  expect([...loadedWith("provider/lookup/devices.ts")]).toEqual(expect.arrayContaining(["zod"]));
  expect([...loadedWith("provider/losant/client.ts")]).toEqual(expect.arrayContaining(["got"]));
});

test("a policy pack loads neither Pulumi's SDK nor the resource", () => {
  const loaded = [...loadedWith("sdk/policy/index.ts")];
  expect(loaded).toEqual(expect.arrayContaining(["sdk/policy/deployment-policy.ts", "provider/type-token.ts"]));
  expect(loaded.filter((path) => /@pulumi|edge-deployment/.test(path))).toEqual([]);
});
