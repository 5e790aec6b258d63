/** pulumi-losant: Losant edge deployments as code. */
export { EdgeDeployment } from "./edge-deployment.js";
export { getDevices, getDevicesOutput } from "./data/get-devices.js";
export {
  getEdgeDeployment,
  getEdgeDeploymentOutput,
  getEdgeDeployments,
  getEdgeDeploymentsOutput,
} from "./data/get-deployments.js";
export { getEdgeWorkflow, getEdgeWorkflowOutput } from "./data/get-workflow.js";
export type {
  DeploymentStatus,
  DeviceTagArgs,
  EdgeDeploymentArgs,
  EdgeDeploymentInfo,
  EdgeWorkflowVersion,
  GetDevicesArgs,
  GetDevicesOutputArgs,
  GetDevicesResult,
  GetEdgeDeploymentArgs,
  GetEdgeDeploymentOutputArgs,
  GetEdgeDeploymentsArgs,
  GetEdgeDeploymentsOutputArgs,
  GetEdgeDeploymentsResult,
  GetEdgeWorkflowArgs,
  GetEdgeWorkflowOutputArgs,
  GetEdgeWorkflowResult,
} from "./args.js";
export type { RolloutInputs } from "../provider/resource/inputs.js";
export type { DeploymentLog, DeploymentSortField, Device, EdgeDeploymentRow, Tag } from "../provider/losant/types.js";
export type { Failure } from "../provider/resource/fleet.js";
export type { DeviceFailure, Drift, Status } from "../provider/resource/state.js";
