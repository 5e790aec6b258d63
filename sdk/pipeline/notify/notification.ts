/** What a report says to people who were not there: a line for each stack, and the first devices that need a look. Pure. */
import { countOf } from "../../../provider/words.js";
import { exitCodeOf, EXIT_CODES } from "../report/exit-codes.js";
import { driftHeadline } from "../report/markdown-drift.js";
import { planHeadline } from "../report/markdown-plan.js";
import { whoMoved } from "../report/moved-devices.js";
import type { DeployResult, DriftReport, PlanReport, Report } from "../report/results.js";
import type { DriftedDevice, FailedDevice } from "../report/resource-results.js";

/** Raised when a field changes its meaning or goes away. */
export const NOTIFICATION_VERSION = 1;

/** What {@link notify} sends as JSON. */
export interface Notification {
  /** Marks a notification of this module. */
  readonly schema: "pulumi-losant/notification";
  /** {@link NOTIFICATION_VERSION} of the release that sent it. */
  readonly version: typeof NOTIFICATION_VERSION;
  /** What was done. */
  readonly command: "plan" | "drift" | "deploy" | "promote";
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  /** The exit code of the run: 0 clean or done, 2 drift, ... */
  readonly exitCode: number;
  /** One line: `production: 2 devices drifted`. */
  readonly title: string;
  /** One entry a stack, in the order of the report. */
  readonly stacks: StackNotice[];
  /** The page of the CI job. */
  readonly page?: string;
}

/** What a {@link Notification} says of one stack. */
export interface StackNotice {
  readonly stack: string;
  readonly exitCode: number;
  /** `2 devices drifted`, `refused`, `deployed` */
  readonly headline: string;
  /** Why it was refused or failed. */
  readonly reason?: string;
  /** The first ten devices that need a look. */
  readonly devices: DeviceNotice[];
  /** How many more there are. */
  readonly moreDevices: number;
}

/** A device that needs a look. */
export interface DeviceNotice {
  readonly deviceId: string;
  /** Its name in Losant, where it is known. */
  readonly name?: string;
  /** The name of its EdgeDeployment in the program. */
  readonly resource: string;
  /** `v1.2.3 -> v1.2.2 by user 5b00...`, or `v1.2.3 failed: agent too old` */
  readonly what: string;
}

const MAX_DEVICES = 10;
/** Errors and reasons are texts from outside. */
const MAX_TEXT = 500;

export function notificationOf(report: Report, page?: string): Notification {
  const stacks = noticesOf(report);
  return {
    schema: "pulumi-losant/notification",
    version: NOTIFICATION_VERSION,
    command: COMMANDS[report.kind],
    startedAt: report.startedAt,
    exitCode: exitCodeOf(report),
    title: titleOf(report, stacks),
    stacks,
    ...(page === undefined ? {} : { page }),
  };
}

const COMMANDS: Readonly<Record<Report["kind"], Notification["command"]>> = {
  plan: "plan",
  drift: "drift",
  driftSummary: "drift",
  deploy: "deploy",
  deploySummary: "deploy",
  promote: "promote",
};

/** Of several stacks: how many are as they should be, and the one line of the others where there is one. */
function titleOf(report: Report, notices: readonly StackNotice[]): string {
  if (report.kind === "promote") return `Promotion ${report.outcome}`;
  const open = notices.filter(({ exitCode }) => exitCode !== EXIT_CODES.ok);
  const shown = notices.length === 1 ? notices : open;
  const [first] = shown;
  if (shown.length === 1 && first !== undefined) return `${first.stack}: ${first.headline}`;
  return `${open.length} of ${countOf(notices.length, "stack")} ${open.length === 1 ? "needs" : "need"} a look`;
}

function noticesOf(report: Report): StackNotice[] {
  switch (report.kind) {
    case "plan":
      return [planNotice(report)];
    case "drift":
      return [driftNotice(report)];
    case "driftSummary":
      return report.stacks.map(driftNotice);
    case "deploy":
      return [deployNotice(report)];
    case "deploySummary":
      return report.stacks.map(deployNotice);
    case "promote": {
      const stopped = new Map(
        report.holds.map(({ after, outcome, reason }) => [after, outcome === "passed" ? undefined : reason]),
      );
      const left = report.notReached.map((stack): StackNotice => {
        return { stack, exitCode: EXIT_CODES.refused, headline: "not reached", devices: [], moreDevices: 0 };
      });
      return [...report.stages.map((stage) => withReason(deployNotice(stage), stopped.get(stage.stack))), ...left];
    }
  }
}

function planNotice(report: PlanReport): StackNotice {
  const { plan, refusal, problem, drift } = report;
  const headline = plan === undefined ? "no plan" : planHeadline(plan);
  return noticeOf(report, headline, problem?.message ?? refusal?.reason, devicesOf(drift));
}

function driftNotice(report: DriftReport): StackNotice {
  const { clean, resources, problem } = report;
  const headline = problem ? "not known" : clean === true ? "clean" : driftHeadline(resources);
  return noticeOf(report, headline, problem?.message, devicesOf(resources));
}

function deployNotice(report: DeployResult): StackNotice {
  const { outcome, refusal, problem, drift, resources } = report;
  const devices = outcome === "refused" ? devicesOf(drift) : devicesOf(resources);
  return noticeOf(report, outcome, refusal?.reason ?? problem?.message, devices);
}

function noticeOf(
  report: PlanReport | DriftReport | DeployResult,
  headline: string,
  reason: string | undefined,
  devices: readonly DeviceNotice[],
): StackNotice {
  const notice = {
    stack: report.stack,
    exitCode: exitCodeOf(report),
    headline,
    devices: devices.slice(0, MAX_DEVICES),
    moreDevices: Math.max(devices.length - MAX_DEVICES, 0),
  };
  return withReason(notice, reason);
}

function withReason(notice: StackNotice, reason: string | undefined): StackNotice {
  return reason === undefined ? notice : { ...notice, reason: short(reason) };
}

function devicesOf(
  resources: readonly {
    readonly name: string;
    readonly drift?: readonly DriftedDevice[];
    readonly failed: readonly FailedDevice[];
  }[],
): DeviceNotice[] {
  return resources.flatMap(({ name: resource, drift = [], failed }) => [
    ...failed.map(({ deviceId, name, attemptedVersion, error }) =>
      deviceNotice({ deviceId, name }, resource, `${versionText(attemptedVersion)} failed: ${short(error)}`),
    ),
    ...drift.map(({ deviceId, name, expected, actual, unfinished, ...mover }) => {
      const who = unfinished ? "by an unfinished run" : `by ${whoMoved(mover)}`;
      return deviceNotice({ deviceId, name }, resource, `${versionText(expected)} -> ${versionText(actual)} ${who}`);
    }),
  ]);
}

function deviceNotice(
  { deviceId, name }: { readonly deviceId: string; readonly name: string | undefined },
  resource: string,
  what: string,
): DeviceNotice {
  return { deviceId, ...(name === undefined ? {} : { name }), resource, what };
}

function versionText(version: string | null): string {
  return version ?? "not deployed";
}

function short(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}...`;
}
