/** pulumi-losant: Losant edge deployments as code. */
export { EdgeDeployment } from "./edge-deployment.js";
export { EdgeDeploymentSet } from "./edge-deployment-set.js";
export type { EdgeDeploymentSetArgs, EdgeDeploymentSetWorkflow } from "./edge-deployment-set.js";
export { getDevices, getDevicesOutput } from "./data/devices.js";
export {
  getEdgeDeployment,
  getEdgeDeploymentOutput,
  getEdgeDeployments,
  getEdgeDeploymentsOutput,
} from "./data/deployments.js";
export { getEdgeWorkflow, getEdgeWorkflowOutput } from "./data/workflow.js";
export type {
  EdgeDeploymentArgs,
  GetDevicesOutputArgs,
  GetEdgeDeploymentOutputArgs,
  GetEdgeDeploymentsOutputArgs,
  GetEdgeWorkflowOutputArgs,
  RolloutArgs,
} from "./args.js";
export type {
  DeploymentStatus,
  DeviceTagArgs,
  EdgeDeploymentInfo,
  EdgeWorkflowVersion,
  GetDevicesArgs,
  GetDevicesResult,
  GetEdgeDeploymentArgs,
  GetEdgeDeploymentsArgs,
  GetEdgeDeploymentsResult,
  GetEdgeWorkflowArgs,
  GetEdgeWorkflowResult,
} from "../provider/lookup/types.js";
export type { CanaryInputs, RolloutInputs } from "../provider/resource/rollout-inputs.js";
export type { WindowInputs } from "../provider/resource/window-inputs.js";
export type { DeploymentLog, DeploymentSortField, Device, EdgeDeploymentRow, Tag } from "../provider/losant/types.js";
export type { Failure } from "../provider/resource/fleet.js";
export type { EdgeDeploymentOutputs } from "./outputs.js";
export type { DeviceFailure, Drift, Status } from "../provider/resource/state.js";
