/**
 * A plant by tag: the canary ring gets a version first, everybody else keeps the proven one.
 *
 * Tag a new device in Losant and the next `pulumi preview` shows it joining; take the tag away and it shows it leaving.
 */
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const config = new pulumi.Config();
const flowId = "f10000000000000000000001"; // Telemetry

const canary = new losant.EdgeDeployment("canary", {
  flowId,
  version: config.get("canaryVersion") ?? "v1.2.4",
  deviceTags: [{ key: "ring", value: "canary" }],
  // A guard: somebody tags the whole plant by mistake, and the preview fails.
  maxDevices: 2,
});

const plant = new losant.EdgeDeployment("plant", {
  flowId,
  version: config.get("version") ?? "v1.2.3",
  // Any of the tags selects a device. `{ key: "ring" }` would be every device that has the key.
  deviceTags: [{ key: "ring", value: "broad" }],
  maxDevices: 20,
});

export const devices = { canary: canary.deviceIds, plant: plant.deviceIds };
export const status = { canary: canary.status, plant: plant.status };
