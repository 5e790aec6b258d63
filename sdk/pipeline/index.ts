/**
 * pulumi-losant/pipeline: deployments from CI, on Pulumi's Automation API. Any stack, inline or local program, any
 * backend. Nothing here speaks to Losant itself: it runs `pulumi preview` and `pulumi up` and reads what they tell.
 */
export { deploy } from "./deploy.js";
export { detectDrift } from "./drift.js";
export type { Phase, PipelineEvent, ResourceRef, ResourceStatus } from "./events.js";
export { EXIT_CODES, exitCodeOf } from "./exit-codes.js";
export type { Gates, Verdict } from "./gates.js";
export { noFailures } from "./hold.js";
export type { Between, HoldCheck, Stage } from "./hold.js";
export { toJSON } from "./json.js";
export { deployAll, detectDriftAll } from "./many.js";
export type { ManyOptions } from "./many.js";
export { toMarkdown } from "./markdown.js";
export { PipelineError } from "./problem.js";
export { progressLines } from "./progress.js";
export { promote } from "./promote.js";
export type { PromoteOptions } from "./promote.js";
export type { RunOptions } from "./run-stack.js";
export { REPORT_VERSION, report } from "./schemas.js";
export type {
  Change,
  DeployedResource,
  DeployResult,
  DeploySummary,
  DriftedDevice,
  DriftReport,
  DriftSummary,
  FailedDevice,
  Gate,
  Hold,
  Moved,
  Plan,
  PlannedResource,
  Problem,
  PromoteResult,
  Report,
  ResourceHealth,
} from "./schemas.js";
