import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const telemetry = new losant.EdgeDeployment("telemetry", {
  applicationId: "aa0000000000000000000002", // Plant Graz
  flowId: "f10000000000000000000001", // Telemetry
  version: new pulumi.Config().get("version") ?? "v1.2.3",
  deviceIds: ["d10000000000000000000001", "d10000000000000000000002", "d10000000000000000000003"], // line-1 to line-3
});

export const status = telemetry.status;
