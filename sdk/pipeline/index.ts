/**
 * pulumi-losant/pipeline: deployments from CI, on Pulumi's Automation API. Any stack, inline or local program, any
 * backend. Nothing here speaks to Losant itself: it runs `pulumi preview` and `pulumi up` and reads their events. `notify`
 * alone speaks to a webhook.
 */
export { deploy } from "./run/deploy.js";
export { detectDrift } from "./run/drift.js";
export type {
  BatchEvent,
  DeviceEvent,
  Phase,
  PipelineEvent,
  PlanEvent,
  ResourceRef,
  ResourceStatus,
} from "./engine/pipeline-events.js";
export { EXIT_CODES, exitCodeOf } from "./report/exit-codes.js";
export type { Gates, Verdict } from "./gates/gates.js";
export { noFailures } from "./run/hold.js";
export type { Between, HoldCheck, Stage } from "./run/hold.js";
export { toJSON } from "./report/json.js";
export { deployAll, detectDriftAll } from "./run/multi-stack.js";
export type { MultiStackOptions } from "./run/multi-stack.js";
export { toComment } from "./report/comment.js";
export { toMarkdown } from "./report/markdown.js";
export type { MarkdownOptions } from "./report/markdown.js";
export { PipelineError } from "./report/pipeline-error.js";
export { progressLines } from "./run/progress.js";
export { notify } from "./notify/notify.js";
export type { NotifyOptions } from "./notify/notify.js";
export { NOTIFICATION_VERSION } from "./notify/notification.js";
export type { DeviceNotice, Notification, StackNotice } from "./notify/notification.js";
export type { NotifyFormat } from "./notify/webhook.js";
export { plan } from "./run/plan.js";
export type { Planned } from "./run/plan.js";
export { MAX_PLAN_BYTES, PLAN_FILE_VERSION, planFrom, planJsonSchema, planText } from "./report/plan-file.js";
export type { PlanFile } from "./report/plan-file.js";
export { changedSince } from "./gates/approval.js";
export { windowFrom } from "./gates/window-gate.js";
export type { WindowInputs } from "../../provider/resource/window-inputs.js";
export { WARNING_CODES } from "../../provider/messages/preview-warnings.js";
export type { WarningCode } from "../../provider/messages/preview-warnings.js";
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
  PlanWarning,
  ReportedVersion,
  ResourceHealth,
  ReportedHealth,
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
  PlanDifference,
  PlanReport,
  Problem,
  PromoteResult,
  Report,
  ResultEnvelope,
} from "./report/results.js";
