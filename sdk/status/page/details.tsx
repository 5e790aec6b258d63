/** All of one device, beside the grid; on a live page also what can be done to it by hand. */
import { useEffect, useRef } from "preact/hooks";
import type { ApplicationStatus, StatusDevice, StatusWorkflow } from "../fleet-status.js";
import { cellFacts, deviceName, workflowName } from "../wording.js";
import { ByHand, MoveByHand } from "./by-hand.js";
import { Facts } from "./facts.js";
import { Icon } from "./icon.js";
import type { Controls } from "./live.js";
import { deviceFacts } from "./tip.js";

/** What was opened: a device, or one workflow on it. */
export interface Place {
  readonly deviceId: string;
  readonly flowId?: string;
}

export interface DetailsProps {
  readonly application: ApplicationStatus;
  readonly device: StatusDevice;
  readonly place: Place;
  readonly now: Date;
  readonly controls?: Controls;
  readonly onClose: () => void;
}

export function Details({ application, device, place, now, controls, onClose }: DetailsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const carried = new Set(device.cells.map(({ flowId }) => flowId));
  // What was opened, what is there, the rest.
  const order = ({ id }: StatusWorkflow): number => (id === place.flowId ? 0 : carried.has(id) ? 1 : 2);
  const workflows = application.workflows.toSorted((a, b) => order(a) - order(b));
  return (
    <dialog
      ref={dialog}
      class="details"
      aria-labelledby="details-title"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && dialog.current?.close()}
    >
      <div class="sheet">
        <header>
          <h2 id="details-title">
            <bdi>{deviceName(device)}</bdi>
          </h2>
          <button class="close" aria-label="Close" onClick={() => dialog.current?.close()}>
            ✕
          </button>
        </header>
        <Facts facts={deviceFacts(device)} />
        {controls !== undefined && <ByHand {...{ device, controls }} />}
        {workflows.map((workflow) => (
          <Workflow key={workflow.id} {...{ device, workflow, now, controls }} />
        ))}
      </div>
    </dialog>
  );
}

interface WorkflowProps {
  readonly device: StatusDevice;
  readonly workflow: StatusWorkflow;
  readonly now: Date;
  readonly controls?: Controls;
}

function Workflow({ device, workflow, now, controls }: WorkflowProps) {
  const cell = device.cells.find(({ flowId }) => flowId === workflow.id);
  return (
    <section class="on-device" data-tone={cell?.state ?? "empty"}>
      <h3>
        <Icon state={cell?.state ?? "empty"} />
        <bdi>{workflowName(workflow)}</bdi>
      </h3>
      {cell === undefined ? <p class="none">Not deployed here.</p> : <Facts facts={cellFacts(cell, now)} />}
      {controls !== undefined && <MoveByHand {...{ device, workflow, controls }} wanted={cell?.wanted ?? null} />}
    </section>
  );
}
