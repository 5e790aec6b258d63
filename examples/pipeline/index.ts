/**
 * What runs where. A new version is a change of this file: reviewed, tagged, deployed by the pipeline beside it.
 *
 * Once for each of the stacks `staging` and `production`:
 *
 *     pulumi stack init staging
 *     pulumi config set losant:applicationId aa0000000000000000000001
 *     pulumi config set --secret losant:apiToken <token of that application>
 */
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";

const version = new pulumi.Config().get("version") ?? "v1.2.3";

// Ids differ in every application, names do not.
const workflow = await losant.getEdgeWorkflow({ name: "Telemetry", version });
const lines = await losant.getDevices({ name: "line-*" });

new losant.EdgeDeployment("telemetry", { flowId: workflow.id, version, deviceIds: lines.ids });
