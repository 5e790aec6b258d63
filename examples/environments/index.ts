/**
 * One program, one stack for each environment. Staging and production are two Losant applications, so every id differs;
 * names do not. Once for each stack:
 *
 *     pulumi stack init staging
 *     pulumi config set losant:applicationId aa0000000000000000000001
 *     pulumi config set --secret --path losant:apiTokens.aa0000000000000000000001 <token of that application>
 *     pulumi config set version v1.3.0
 */
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const version = new pulumi.Config().require("version");

// The preview fails if this application has no such workflow or version, and says what comes close.
const workflow = await losant.getEdgeWorkflow({ name: "Telemetry", version });
const lines = await losant.getDevices({ name: "line-*" });

const telemetry = new losant.EdgeDeployment("telemetry", {
  flowId: workflow.id,
  version,
  deviceIds: lines.ids,
});

export const application = workflow.applicationId;
export const runsOn = lines.devices.map((device) => device.name);
export const status = telemetry.status;
