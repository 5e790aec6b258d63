/** pulumi-losant: Losant edge deployments as code. */
export { EdgeDeployment } from "./edge-deployment.js";
export type { EdgeDeploymentArgs } from "./edge-deployment.js";
export { getDevices, getDevicesOutput } from "./get-devices.js";
export type { DeviceTagArgs, GetDevicesArgs, GetDevicesOutputArgs, GetDevicesResult } from "./get-devices.js";
export {
  getEdgeDeployment,
  getEdgeDeploymentOutput,
  getEdgeDeployments,
  getEdgeDeploymentsOutput,
} from "./get-edge-deployments.js";
export type {
  DeploymentStatus,
  EdgeDeploymentInfo,
  GetEdgeDeploymentArgs,
  GetEdgeDeploymentOutputArgs,
  GetEdgeDeploymentsArgs,
  GetEdgeDeploymentsOutputArgs,
  GetEdgeDeploymentsResult,
} from "./get-edge-deployments.js";
export { getEdgeWorkflow, getEdgeWorkflowOutput } from "./get-edge-workflow.js";
export type {
  EdgeWorkflowVersion,
  GetEdgeWorkflowArgs,
  GetEdgeWorkflowOutputArgs,
  GetEdgeWorkflowResult,
} from "./get-edge-workflow.js";
export type { RolloutInputs } from "../provider/inputs.js";
export type { DeploymentLog, DeploymentSortField, Device, EdgeDeploymentRow, Tag } from "../provider/losant/types.js";
export type { Failure } from "../provider/observe.js";
export type { DeviceFailure, Drift, Status } from "../provider/state.js";
