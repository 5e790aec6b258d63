/** The quick start itself, on Node 24: a Losant in this process, and the real Pulumi CLI against it. */
import { once } from "node:events";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import { main } from "../lib/main.mjs";
import { duration } from "../lib/progress.mjs";
import { askForAct, commands, mayAsk, offer, wishesIn } from "./acts.mjs";
import { play } from "./second-act.mjs";
import { createStage } from "./stage.mjs";
import { createStack } from "./stack.mjs";

/** As examples/quickstart/index.ts has it. */
const PLANT = "aa0000000000000000000002";
const TELEMETRY = "f10000000000000000000001";
const LINE_2 = "d10000000000000000000002";

const NEXT = `The local Losant is stopped, its stack removed; nothing is left running.

Next:
${commands()}
  npm run quickstart -- --keep     the same, and it stays up for you to play with
  npm run simulator                only the local Losant, with calls to try
  README.md                        your own application: token, ids, what each input means`;

const PLAY = `It stays up. In another terminal, in this folder:

  npm run pulumi -- preview                          what would move, and what somebody moved
  npm run pulumi -- config set version v1.3.0        then: npm run pulumi -- up
  MY_TOKEN=demo-user-token, the curl line of step 3  drift by hand, for the next preview to show
  npm run pulumi -- destroy                          removes the workflow from its devices
  examples/quickstart/index.ts                       the program: add a device, line-9 refuses v1.3.0, line-7 is offline

To stop: Ctrl-C here, or kill ${process.pid}`;

await main(async () => {
  const started = Date.now();
  const { keep, acts } = wishesIn(process.argv.slice(2));
  const losant = await startSimulator({ seed: demoFleet() });
  const stage = createStage(losant);
  const stack = createStack("quickstart");
  const stopping = new AbortController();
  const stopped = once(stopping.signal, "abort");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      stage.stop();
      stopping.abort();
    });
  }
  try {
    console.log(`A Losant of this machine runs at ${losant.url}: plant Graz, 12 edge devices, nothing deployed yet.`);
    await stack.makeFresh();
    await stage.pulumi(["config", "set", "losant:apiUrl", losant.url]);
    await stage.pulumiWithSecret("demo-deploy-token", "config", "set", "--secret", "losant:apiToken");

    stage.heading("Telemetry v1.2.3 onto three devices, as examples/quickstart/index.ts declares it.");
    await stage.pulumi(["up", "--yes", "--skip-preview"]);

    stage.heading("A second look: nothing to do. The devices have taken the version meanwhile (pending => deployed).");
    await stage.pulumi(["preview"]);

    stage.heading("Somebody puts line-2 back to v1.2.2 by hand, in Losant, with a login of their own.");
    await stage.byHand(`/applications/${PLANT}/edge/deployments/release`, "demo-user-token", {
      flowId: TELEMETRY,
      version: "v1.2.2",
      deviceIds: [LINE_2],
    });

    stage.heading("The next preview shows the drift: which device, from what to what, by whom, when.");
    await stage.pulumi(["preview"]);

    stage.heading("And `up` mends it.");
    await stage.pulumi(["up", "--yes", "--skip-preview"]);

    stage.heading("A new version, first as a preview.");
    await stage.pulumi(["config", "set", "version", "v1.2.4"]);
    await stage.pulumi(["preview", "--diff"]);

    stage.heading("The bump is ONE call to Losant, however many devices it moves.");
    await stage.pulumi(["up", "--yes", "--skip-preview"]);

    const took = duration(Date.now() - started);
    for (const act of acts) await play(act, { stage, losant });
    if (keep) {
      console.log(`\nDone in ${took}. ${PLAY}`);
      await stopped;
      return 0;
    }
    if (acts.length === 0 && mayAsk(process)) {
      console.log(`\nDone in ${took}. There is a second act:\n\n${offer()}\n`);
      for (let act = await askForAct(stopping.signal); act !== undefined; act = await askForAct(stopping.signal)) {
        await play(act, { stage, losant });
        console.log();
      }
    }
    console.log(`\nDone in ${duration(Date.now() - started)}. ${NEXT}`);
    return 0;
  } finally {
    await losant.close();
    await stack.remove();
    if (keep) console.log("\nStopped: the local Losant and the stack `quickstart` are gone.");
  }
});
