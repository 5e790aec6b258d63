/** Devices and workflows as a grid. Only the rows in sight are in the document, so that thousands stay fluid. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ApplicationStatus, StatusDevice } from "../fleet-status.js";
import type { Place } from "./details.js";
import { MatrixHead } from "./matrix-head.js";
import { MatrixRow } from "./matrix-row.js";
import { Tip } from "./tip.js";
import type { TipAt } from "./tip.js";
import { useMedia, useVisibleRange } from "./use-visible-range.js";
import { moved, offsetsOf } from "./visible-rows.js";
import type { Position } from "./visible-rows.js";

export interface MatrixProps {
  readonly application: ApplicationStatus;
  /** In the order in which they are shown. */
  readonly devices: readonly StatusDevice[];
  readonly now: Date;
  readonly onOpen: (place: Place) => void;
}

const ROW = 52;
/** Of a card on a narrow screen: its frame, and each of its lines. */
const CARD = { frame: 62, line: 44 };
const PAGE = 10;

export function Matrix({ application, devices, now, onOpen }: MatrixProps) {
  const { workflows } = application;
  const isNarrow = useMedia("(max-width: 760px)");
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const offsets = useMemo(
    () => offsetsOf(devices.map(({ cells }) => (isNarrow ? CARD.frame + CARD.line * Math.max(cells.length, 1) : ROW))),
    [devices, isNarrow],
  );
  const range = useVisibleRange(body, offsets);
  const [active, setActive] = useState<Position>({ row: 0, column: 0 });
  const [tip, setTip] = useState<TipAt>();
  const wantsFocus = useRef(false);

  // What is shown may have become shorter since.
  const row = Math.min(active.row, devices.length - 1);
  const rendered = [
    ...new Set([row, ...Array.from({ length: range.to - range.from }, (_, i) => range.from + i)]),
  ].toSorted((a, b) => a - b);
  const cellAt = (at: Position): HTMLElement | null =>
    grid.current?.querySelector<HTMLElement>(`[data-row="${at.row}"][data-column="${at.column}"]`) ?? null;

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = cellAt(active);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") return setTip(undefined);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return open(positionOf(event.target));
    }
    // Not `active`: the device may stand in another row since it got the focus.
    const from = positionOf(event.target) ?? { row, column: active.column };
    const size = { rows: devices.length, columns: workflows.length + 1, page: PAGE };
    const next = moved(from, event.key, event.ctrlKey || event.metaKey, size);
    if (next === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActive(isNarrow ? onCard(next, event.key, devices[next.row], application) : next);
  };
  const open = (at: Position | undefined): void => {
    const device = at && devices[at.row];
    if (at === undefined || device === undefined) return;
    setTip(undefined);
    setActive(at);
    onOpen({ deviceId: device.id, flowId: workflows[at.column - 1]?.id });
  };
  const show = (target: EventTarget | null, isFocused: boolean): void => {
    const at = positionOf(target);
    const element = at && cellAt(at);
    if (at === undefined || element === null || element === undefined) return;
    setTip({ ...at, isFocused, around: element.getBoundingClientRect() });
  };

  const tipDevice = tip && devices[tip.row];
  return (
    <div class="frame">
      <div
        ref={grid}
        class="matrix"
        role="grid"
        aria-label="Devices and workflows"
        aria-rowcount={devices.length + 1}
        aria-colcount={workflows.length + 1}
        style={{ "--workflows": String(workflows.length) }}
        onKeyDown={onKeyDown}
        onClick={(event) => open(positionOf(event.target))}
        onFocusIn={(event) => {
          const at = positionOf(event.target);
          if (at !== undefined) setActive(at);
          if (event.target instanceof Element && event.target.matches(":focus-visible")) show(event.target, true);
        }}
        onFocusOut={() => setTip((old) => (old?.isFocused === true ? undefined : old))}
        onPointerOver={(event) => event.pointerType === "mouse" && show(event.target, false)}
        onPointerLeave={() => setTip((old) => (old?.isFocused === true ? old : undefined))}
        onScroll={() => setTip(undefined)}
      >
        <MatrixHead {...{ application }} />
        <div role="rowgroup" class="body" ref={body} style={{ height: `${offsets.at(-1) ?? 0}px` }}>
          {rendered.map((index) => {
            const device = devices[index];
            if (device === undefined) return null;
            return (
              <MatrixRow
                key={device.id}
                {...{ device, index, workflows, now }}
                top={offsets[index] ?? 0}
                activeColumn={index === row ? active.column : undefined}
                describedColumn={tip?.isFocused === true && tip.row === index ? tip.column : undefined}
              />
            );
          })}
        </div>
      </div>
      {tip !== undefined && tipDevice !== undefined && (
        <Tip at={tip} device={tipDevice} workflow={workflows[tip.column - 1]} now={now} />
      )}
    </div>
  );
}

function positionOf(target: EventTarget | null): Position | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
  return cell === null ? undefined : { row: Number(cell.dataset["row"]), column: Number(cell.dataset["column"]) };
}

/** A card shows only the workflows that its device has: the next of them in the direction of the key. */
function onCard(
  at: Position,
  key: string,
  device: StatusDevice | undefined,
  { workflows }: ApplicationStatus,
): Position {
  const there = [0, ...(device?.cells ?? []).map(({ flowId }) => workflows.findIndex(({ id }) => id === flowId) + 1)];
  const column =
    key === "ArrowLeft" || key === "Home"
      ? there.findLast((one) => one <= at.column)
      : (there.find((one) => one >= at.column) ?? there.at(-1));
  return { row: at.row, column: column ?? 0 };
}
