/** What runs where, as a table for a terminal or a log. Pure: time, colours and width are arguments. */
import { countOf } from "../../provider/words.js";
import { aligned, shortened } from "./columns.js";
import { noColours } from "./paint.js";
import type { Paint } from "./paint.js";
import { runningVersions } from "../status/arrange.js";
import type { ApplicationStatus, FleetStatus, StatusCell, StatusDevice } from "../status/fleet-status.js";
import { visibleText } from "../../provider/text/visible-text.js";
import {
  actorWords,
  agoWords,
  dateWords,
  deviceName,
  ownerWords,
  stateWords,
  verdict,
  versionWords,
  workflowName,
} from "../status/wording.js";

export interface TableOptions {
  readonly now: Date;
  /** Every row, and not the first of them alone. */
  readonly all?: boolean;
  /** @default no colours */
  readonly paint?: Paint;
}

/** As many rows as a screen holds, roughly. */
const ROWS = 40;

export function statusTable(status: FleetStatus, { now, all = false, paint = noColours }: TableOptions): string {
  const blocks = status.applications.map((application) => [
    ...headOf(application, status, now, paint),
    ...rowsOf(application, status.stacks.length > 0, { now, all, paint }),
  ]);
  const notes = status.notes.map((note) => paint("drifted", `Note: ${visibleText(note)}`));
  return `${[...blocks.map((lines) => lines.join("\n")), ...(notes.length === 0 ? [] : [notes.join("\n")])].join("\n\n")}\n`;
}

function headOf(application: ApplicationStatus, { stacks, readAt }: FleetStatus, now: Date, paint: Paint): string[] {
  const { counts, workflows, devices } = application;
  const tone = (["failed", "drifted", "pending"] as const).find((state) => counts[state] > 0) ?? "deployed";
  const where = [...stacks, application.name ?? `application ${application.id}`].map(visibleText).join(", ");
  const fleet = [
    countOf(counts.devices, "device"),
    ...(counts.offline > 0 ? [`${counts.offline} offline`] : []),
    ...(counts.empty > 0 ? [`${counts.empty} without a workflow`] : []),
  ];
  const running = workflows.map((workflow) => {
    const versions = runningVersions(devices, workflow.id);
    const shown = versions.map(({ version, count }) => `${versionWords(version)} on ${count}`).join(", ");
    return [`  ${shortened(workflowName(workflow))}`, shown === "" ? "runs nowhere" : shown];
  });
  return [
    `${paint("strong", where)}, ${dateWords(readAt, now)}`,
    `${paint(tone, verdict(application))} · ${fleet.join(", ")}`,
    ...(running.length === 0 ? [] : ["", ...aligned(running)]),
  ];
}

interface Row {
  readonly device: StatusDevice;
  readonly cell: StatusCell;
}

function rowsOf(
  { devices, workflows }: ApplicationStatus,
  hasOwners: boolean,
  { now, all, paint }: Required<TableOptions>,
): string[] {
  const names = new Map(workflows.map((workflow) => [workflow.id, workflowName(workflow)]));
  const rows = devices.flatMap((device) => device.cells.map((cell): Row => ({ device, cell })));
  const sorted = ["failed", "drifted", "pending", "deployed"].flatMap((state) =>
    rows.filter(({ cell }) => cell.state === state),
  );
  if (sorted.length === 0) return [];
  const shown = all ? sorted : sorted.slice(0, ROWS);
  const head = ["device", "workflow", "runs", "wanted", "state", "set", "by", ...(hasOwners ? ["owner"] : [])];
  const [headLine = "", ...lines] = aligned([
    head,
    ...shown.map(({ device, cell }) =>
      [
        `${deviceName(device)}${device.online === false ? " (offline)" : ""}`,
        names.get(cell.flowId) ?? cell.flowId,
        versionWords(cell.running),
        wantedWords(cell),
        stateWords(cell),
        cell.since === undefined ? "unknown" : agoWords(cell.since, now),
        actorWords(cell),
        ...(hasOwners ? [ownerWords(cell.owners)] : []),
      ].map(shortened),
    ),
  ]);
  return [
    "",
    paint("muted", headLine),
    ...lines.flatMap((line, index) => {
      const cell = shown[index]?.cell;
      if (cell === undefined) return [line];
      const painted = cell.state === "deployed" ? line : paint(cell.state, line);
      return cell.failure === undefined ? [painted] : [painted, paint("muted", `  ${visibleText(cell.failure.error)}`)];
    }),
    ...restLine(sorted.slice(shown.length)),
  ];
}

function wantedWords({ wanted, declared }: StatusCell): string {
  return declared === undefined ? versionWords(wanted) : `${versionWords(wanted)}, declared ${versionWords(declared)}`;
}

function restLine(rest: readonly Row[]): string[] {
  if (rest.length === 0) return [];
  const counts = (["failed", "drifted", "pending", "deployed"] as const)
    .map((state) => [rest.filter(({ cell }) => cell.state === state).length, state] as const)
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state === "deployed" ? "as wanted" : state}`);
  return ["", `and ${rest.length} more: ${counts.join(", ")} (--all lists them)`];
}
