/** Which version of an edge workflow runs on which devices. The names are those of the local Losant: write your own. */
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const config = new pulumi.Config();
const version = config.get("version") ?? "v1.2.4";

const telemetry = await losant.getEdgeWorkflow({ name: config.get("workflow") ?? "Telemetry", version });

const canary = new losant.EdgeDeployment("canary", {
  flowId: telemetry.id,
  version,
  deviceTags: [{ key: "ring", value: "canary" }],
  // The preview fails if the tag means more devices.
  maxDevices: 5,
});

export const status = canary.status;
export const devices = canary.deviceIds;
