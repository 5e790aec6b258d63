// examples/python, as it lies in the repository: the native plugin in a Python program, with the real CLI.
import { afterAll, beforeAll, describe } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { delimiter } from "node:path";
import { ensureLanguageHost } from "../../scripts/lib/language-hosts.mjs";
import { ensurePython } from "../../scripts/lib/python.mjs";
import { testLife } from "../support/native-life.js";
import { nativeExample } from "../support/native-project.js";
import type { Project } from "../support/project.js";

const host = await ensureLanguageHost("python");
const python = host.missing === undefined ? await ensurePython() : host;
const { missing } = python;

(missing === undefined ? describe : describe.skip)(`examples/python${missing ? ` (${missing})` : ""}`, () => {
  let losant: Simulator;
  let project: Project;

  beforeAll(async () => {
    losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
    project = await nativeExample("python", losant);
    // An old host does not know the option `virtualenv`.
    project.env["PATH"] = [("bin" in python && python.bin) || "", project.env["PATH"]].join(delimiter);
  });
  afterAll(async () => {
    project.remove();
    await losant.close();
  });

  testLife(() => ({ losant, project }));
});
