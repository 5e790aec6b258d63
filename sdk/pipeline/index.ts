/**
 * pulumi-losant/pipeline: deployments from CI, on Pulumi's Automation API. Any stack, inline or local program, any
 * backend. Nothing here speaks to Losant itself: it runs `pulumi preview` and `pulumi up` and reads their events.
 */
export { deploy } from "./run/deploy.js";
export { detectDrift } from "./run/drift.js";
export type { Phase, PipelineEvent, ResourceRef, ResourceStatus } from "./engine/pipeline-events.js";
export { EXIT_CODES, exitCodeOf } from "./report/exit-codes.js";
export type { Gates, Verdict } from "./gates/gates.js";
export { noFailures } from "./run/hold.js";
export type { Between, HoldCheck, Stage } from "./run/hold.js";
export { toJSON } from "./report/json.js";
export { deployAll, detectDriftAll } from "./run/multi-stack.js";
export type { MultiStackOptions } from "./run/multi-stack.js";
export { toMarkdown } from "./report/markdown.js";
export type { MarkdownOptions } from "./report/markdown.js";
export { PipelineError } from "./report/pipeline-error.js";
export { progressLines } from "./run/progress.js";
export { promote } from "./run/promote.js";
export type { PromoteOptions } from "./run/promote.js";
export type { RunOptions } from "./run/run-options.js";
export { REPORT_VERSION } from "./report/results.js";
export { report } from "./report/schemas.js";
export type {
  Change,
  DeployedCall,
  DeployedResource,
  DriftedDevice,
  FailedDevice,
  KeptDevices,
  Moved,
  PlannedResource,
  ReportedVersion,
  ResourceHealth,
  ResourceResult,
} from "./report/resource-results.js";
export type {
  DeployResult,
  DeploySummary,
  DriftReport,
  DriftSummary,
  Gate,
  GateRefusal,
  Hold,
  Plan,
  Problem,
  PromoteResult,
  Report,
  ResultEnvelope,
} from "./report/results.js";
