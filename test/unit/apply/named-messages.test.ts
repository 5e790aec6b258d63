// Messages of `up` stand on the row of the stack: each one begins with the name of its resource.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import type { ResourceProps } from "../../../provider/verbs.js";
import { wiredProvider } from "../../support/wired-provider.js";
import type { WiredProvider } from "../../support/wired-provider.js";
import { line, production, telemetry } from "../lookup/support.js";

const by = { sourceType: "user", sourceId: "b00000000000000000000001" } as const;

let losant: Simulator;
let process: WiredProvider;
let outs: ResourceProps = {};
let id = "";

beforeEach(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
  process = nextCommand();
});
afterEach(() => losant.close());

const nextCommand = () => wiredProvider(losant.url, "demo-deploy-token", { name: "telemetry\nof hall a" });
const byHand = (number: number, version: string | null): void =>
  losant.change({ applicationId: production, flowId: telemetry, deviceId: line(number), version, by });

/** One `up`: Pulumi checks the inputs, and hands back what check made of them. */
async function up(version: string, numbers: readonly number[], more: object = {}): Promise<void> {
  const deviceIds = numbers.map((number) => line(number));
  const declared = { applicationId: production, flowId: telemetry, version, deviceIds, ...more };
  const { inputs } = await process.provider.check({}, declared);
  if (id === "") ({ id, outs } = await process.provider.create(inputs));
  else ({ outs } = await process.provider.update(id, outs, inputs));
}

const NAME = "telemetry of hall a";

/** The kinds of messages that were said since the last look; each has the name, in one line. */
function kinds(...expected: RegExp[]): void {
  const said = [...process.said];
  // Progress sets it off by blanks.
  expect(said.filter((message) => !message.startsWith(`${NAME}: `) && !message.startsWith(`${NAME}  `))).toEqual([]);
  const messages = said.map((message) => message.slice(NAME.length + 2));
  for (const kind of expected) expect(messages).toContainEqual(expect.stringMatching(kind));
}

test("of releases, takeovers, rollouts, foreign devices, drift, removals and what is gone", async () => {
  byHand(1, "v1.2.2");
  byHand(5, "v1.2.2");
  const stop = losant.beforeCall(({ method }) => {
    if (method === "POST") byHand(5, "v1.2.4");
  });
  await up("v1.2.3", [1, 2, 3], { adopt: true });
  stop();
  kinds(/^takes over 1 device/, /^released v1\.2\.3 to 3 devices/, /^device line-5 .* is not managed here and moved/);

  losant.setBehaviour(line(3), { kind: "failing", error: "no space left" });
  await up("v1.2.4", [1, 2, 3], { rollout: { batches: [1, 3], maxFailures: 1 } });
  kinds(/^v1\.2\.4 {2}1\/3 .* batch 1\/2/, /^within maxFailures:/, /^rolled out v1\.2\.4 to 3 devices/);

  losant.setBehaviour(line(1), { kind: "failing", error: "no space left", versions: ["v1.2.2"] });
  await up("v1.2.2", [1, 2, 3], { rollout: { onFailure: "rollback" } }).catch(
    ({ properties }: { properties: ResourceProps }) => {
      outs = properties;
    },
  );
  kinds(/^rollout of v1\.2\.2 stopped .* back to where they/);

  byHand(2, "v1.2.3");
  process = nextCommand();
  await process.provider.read(id, outs);
  kinds(/^rollout unfinished: /, /^drift of Telemetry: /);

  await process.provider.delete(id, outs);
  kinds(/^Telemetry is removed from 3 devices/);

  losant.deleteFlow(telemetry);
  process = nextCommand();
  await process.provider.read(id, outs);
  kinds(/^workflow f1.* is not in application/);
});
