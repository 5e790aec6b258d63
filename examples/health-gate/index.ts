/**
 * A device that loads a version and then throws is not a success. The canary has to run the version for a while without an
 * error before any other device gets it. If it throws, it returns to what it had, and no other device has moved.
 */
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const config = new pulumi.Config();

const plant = new losant.EdgeDeployment("plant", {
  flowId: "f10000000000000000000001", // Telemetry
  version: config.get("version") ?? "v1.2.3",
  deviceTags: [{ key: "site", value: "graz" }],
  rollout: {
    canary: { deviceTags: [{ key: "ring", value: "canary" }] },
    batches: ["50%", "100%"],
    health: {
      errors: { max: 0 }, // needs the token scope flowVersion.errors
      settleSeconds: config.getNumber("settleSeconds") ?? 60,
    },
    onFailure: "rollback",
  },
});

export const { status, version } = plant;
