/** pulumi-losant: Losant edge deployments as code. */
export { EdgeDeployment } from "./edge-deployment.js";
export type { EdgeDeploymentArgs } from "./edge-deployment.js";
export type { RolloutInputs } from "../provider/inputs.js";
export type { DeviceFailure, Drift, Status } from "../provider/state.js";
