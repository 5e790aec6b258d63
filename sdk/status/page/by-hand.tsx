/** What a person can do to a simulated device: move it by hand, make it fail, pull its plug. */
import { useId, useState } from "preact/hooks";
import type { StatusDevice, StatusWorkflow } from "../fleet-status.js";
import { visibleText } from "../../../provider/text/visible-text.js";
import type { Action, Controls } from "./live.js";

const BEHAVIOURS = [
  ["immediate", "runs it"],
  ["failing", "fails it"],
  ["offline", "is offline"],
] as const;

export interface ByHandProps {
  readonly device: StatusDevice;
  readonly controls: Controls;
}

export function ByHand({ device, controls }: ByHandProps) {
  const { problem, act } = useAction(controls);
  const is = device.online === false ? "offline" : controls.behaviourOf(device.id);
  return (
    <fieldset class="by-hand">
      <legend>Given a version, this simulated device</legend>
      {BEHAVIOURS.map(([behaviour, words]) => (
        <button
          key={behaviour}
          aria-pressed={is === behaviour}
          onClick={() => act({ do: "behave", deviceId: device.id, behaviour })}
        >
          {words}
        </button>
      ))}
      <Problem text={problem} />
    </fieldset>
  );
}

export interface MoveProps extends ByHandProps {
  readonly workflow: StatusWorkflow;
  readonly wanted: string | null;
}

/** The value of "no version", which no version can have: names have a character at least. */
const NONE = "";

export function MoveByHand({ device, workflow, wanted, controls }: MoveProps) {
  const [chosen, setChosen] = useState<string>();
  const { problem, act } = useAction(controls);
  const id = useId();
  const value = chosen ?? wanted ?? NONE;
  return (
    <form
      class="move"
      onSubmit={(event) => {
        event.preventDefault();
        setChosen(undefined);
        act({ do: "move", deviceId: device.id, flowId: workflow.id, version: value === NONE ? null : value });
      }}
    >
      <label for={id}>Move by hand to</label>
      <select id={id} value={value} onChange={(event) => setChosen(event.currentTarget.value)}>
        {controls.versionsOf(workflow.id).map((version) => (
          <option key={version} value={version}>
            {visibleText(version)}
          </option>
        ))}
        <option value={NONE}>nothing (remove)</option>
      </select>
      <button disabled={value === (wanted ?? NONE)}>Move</button>
      <Problem text={problem} />
    </form>
  );
}

function Problem({ text }: { readonly text: string | undefined }) {
  return (
    <p class="problem" role="alert">
      {text === undefined ? "" : visibleText(text)}
    </p>
  );
}

function useAction(controls: Controls) {
  const [problem, setProblem] = useState<string>();
  const act = (action: Action): void => {
    void controls.act(action).then(setProblem);
  };
  return { problem, act };
}
