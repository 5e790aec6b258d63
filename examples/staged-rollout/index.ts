/**
 * A whole plant in stages: a canary, a quarter, the rest. `pulumi up` waits for the devices of a stage to run the version
 * before it releases the next one, and stops at the first device that cannot run it.
 *
 * Mend the cause and run `pulumi up` again: it goes on from what is live. Devices that have the version are left alone.
 */
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const config = new pulumi.Config();

const plant = new losant.EdgeDeployment("plant", {
  flowId: "f10000000000000000000001", // Telemetry
  version: config.get("version") ?? "v1.2.3",
  deviceTags: [{ key: "site", value: "graz" }],
  rollout: {
    batches: [1, "25%", "100%"], // cumulative
    timeoutSeconds: 300, // a stage
    offline: "ignore", // released to, not waited for
    onFailure: config.get("onFailure") === "rollback" ? "rollback" : "stop",
  },
});

export const { status, failures, pendingDeviceIds } = plant;
