/** What hangs at the cell under the pointer or the keyboard's focus: who, when, why. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { StatusDevice, StatusWorkflow } from "../fleet-status.js";
import { visibleText } from "../../../provider/text/visible-text.js";
import { cellFacts, connectionWords, deviceName, workflowName } from "../wording.js";
import { Facts } from "./facts.js";
import type { Position } from "./visible-rows.js";

export const TIP_ID = "tip";

export interface TipAt extends Position {
  readonly isFocused: boolean;
  readonly around: DOMRect;
}

export interface TipProps {
  readonly at: TipAt;
  readonly device: StatusDevice;
  /** Undefined for the device's own cell. */
  readonly workflow: StatusWorkflow | undefined;
  readonly now: Date;
}

export function Tip({ at, device, workflow, now }: TipProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = element.current;
    if (tip === null) return;
    const { width, height } = tip.getBoundingClientRect();
    const { left, top, bottom } = at.around;
    const isBelow = bottom + height + 8 < window.innerHeight;
    const x = Math.max(Math.min(left, window.innerWidth - width - 8), 8);
    tip.style.transform = `translate(${x}px, ${isBelow ? bottom + 4 : Math.max(top - height - 4, 8)}px)`;
  }, [at, device, workflow]);
  const cell = workflow && device.cells.find(({ flowId }) => flowId === workflow.id);
  return (
    <div ref={element} class="tip" role="tooltip" id={TIP_ID}>
      <p class="tip-title">
        <bdi>{deviceName(device)}</bdi>
        {workflow !== undefined && (
          <>
            {" · "}
            <bdi>{workflowName(workflow)}</bdi>
          </>
        )}
      </p>
      {workflow === undefined ? (
        <Facts facts={deviceFacts(device)} />
      ) : cell === undefined ? (
        <p>Not deployed here.</p>
      ) : (
        <Facts facts={cellFacts(cell, now)} />
      )}
    </div>
  );
}

export function deviceFacts(device: StatusDevice): [string, string][] {
  const { id, agent, tags = [] } = device;
  return [
    ["Id", visibleText(id)],
    ["Connection", connectionWords(device)],
    ["Agent", agent === undefined ? "unknown" : visibleText(agent)],
    ...(tags.length === 0 ? [] : [["Tags", visibleText(tags.join(", "))] as [string, string]]),
  ];
}
