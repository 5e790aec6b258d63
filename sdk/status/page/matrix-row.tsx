/** One device: its name, and a cell a workflow. */
import type { StatusCell, StatusDevice, StatusWorkflow } from "../fleet-status.js";
import { visibleText } from "../../../provider/text/visible-text.js";
import { worstState } from "../arrange.js";
import { connectionWords, deviceName, stateWords, versionWords, whenAndWho, workflowName } from "../wording.js";
import { Icon } from "./icon.js";
import { memo } from "./memo.js";
import { TIP_ID } from "./tip.js";

export interface MatrixRowProps {
  readonly device: StatusDevice;
  readonly index: number;
  readonly workflows: readonly StatusWorkflow[];
  readonly now: Date;
  /** Where it begins, in pixels. */
  readonly top: number;
  /** The column that Tab leads to, in this row. */
  readonly activeColumn?: number;
  /** The column that the tip speaks of. */
  readonly describedColumn?: number;
}

export const MatrixRow = memo(function Row({
  device,
  index,
  workflows,
  now,
  top,
  activeColumn,
  describedColumn,
}: MatrixRowProps) {
  const cells = new Map(device.cells.map((cell) => [cell.flowId, cell]));
  const common = (column: number) => ({
    "data-row": index,
    "data-column": column,
    "aria-colindex": column + 1,
    tabIndex: activeColumn === column ? 0 : -1,
    "aria-describedby": describedColumn === column ? TIP_ID : undefined,
  });
  return (
    <div
      role="row"
      class="row"
      aria-rowindex={index + 2}
      data-tone={worstState(device)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="rowheader" class="device" {...common(0)}>
        <DeviceCell device={device} />
      </div>
      {workflows.map((workflow, position) => {
        const cell = cells.get(workflow.id);
        return (
          <div
            role="gridcell"
            key={workflow.id}
            class={cell === undefined ? "cell empty" : "cell"}
            data-tone={cell?.state ?? "empty"}
            {...common(position + 1)}
          >
            <bdi class="workflow">{workflowName(workflow)}</bdi>
            {cell === undefined ? <NotDeployed /> : <CellContent cell={cell} now={now} />}
          </div>
        );
      })}
      {device.cells.length === 0 && (
        <span class="bare" aria-hidden="true">
          Nothing is deployed here
        </span>
      )}
    </div>
  );
});

function DeviceCell({ device }: { readonly device: StatusDevice }) {
  const { online, missing, tags = [], id } = device;
  const connection = missing === true || online === undefined ? "unknown" : online ? "online" : "offline";
  const rest = tags.length > 0 ? tags.map((tag) => tag.replace("=", " ")).join(" · ") : id;
  return (
    <>
      <span class="connection" data-state={connection}>
        <Icon state={connection} />
        <span class="hidden">{connectionWords(device)}</span>
      </span>
      <span class="texts">
        <bdi class="name">{deviceName(device)}</bdi>
        <span class="more">
          {connection !== "online" && <b>{connectionWords(device)}</b>}
          <bdi>{visibleText(rest)}</bdi>
        </span>
      </span>
    </>
  );
}

function NotDeployed() {
  return (
    <span class="none">
      <span aria-hidden="true">–</span>
      <span class="hidden">not deployed</span>
    </span>
  );
}

function CellContent({ cell, now }: { readonly cell: StatusCell; readonly now: Date }) {
  const { state, wanted, running, declared } = cell;
  const remark = remarkOf(cell, now);
  return (
    <span class="content" data-tone={state}>
      <Icon state={state} />
      <span class="hidden">{stateWords(cell)}, </span>
      <span class="texts">
        <span class="versions">
          {running !== wanted && (
            <>
              <bdi class="from">{versionWords(running)}</bdi>
              <span class="arrow">→</span>
            </>
          )}
          <bdi class="to">{versionWords(wanted)}</bdi>
          {declared !== undefined && (
            <span class="declared">
              not <bdi>{versionWords(declared)}</bdi>
            </span>
          )}
        </span>
        <bdi class="remark">{remark}</bdi>
      </span>
    </span>
  );
}

/** What matters most of it: the error, or what is waited for, or when and by whom. */
function remarkOf(cell: StatusCell, now: Date): string {
  if (cell.failure !== undefined) return visibleText(cell.failure.error);
  const change = whenAndWho(cell, now);
  return cell.state === "pending" ? [stateWords(cell), change].filter(Boolean).join(" · ") : change;
}
