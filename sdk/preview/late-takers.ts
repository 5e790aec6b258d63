/**
 * Devices that are stopped because their taker is declared too late. Pure.
 *
 * The provider decides about a giver with what was declared when its registration was sent. A taker that is declared
 * after a long await, or whose ids are outputs of other resources, comes too late: the device loses the workflow and gets
 * it back.
 */
import { countOf } from "../../provider/words.js";
import { flowKeyOf } from "../../provider/resource/fleet.js";
import type { LosantId } from "../../provider/losant/types.js";
import type { Registered } from "../program/registrations.js";
import { deviceNamesText } from "./plan-preview.js";
import type { PlanPreview } from "./plan-preview.js";
import { declaring, declaringFlow } from "./program-view.js";

const WAY_OUT = "give its device ids as plain values, and declare both before the first await";

/** To be called at the end of the program, when everything is declared. */
export function lateTakerWarnings(giver: Registered, preview: PlanPreview, all: readonly Registered[]): string[] {
  const { inputs, decision } = preview;
  const leaving = new Set(decision.leaving);
  const stopped = decision.plan.moves.map(({ deviceId }) => deviceId).filter((deviceId) => leaving.has(deviceId));
  if (stopped.length === 0) return [];
  const others = declaringFlow(all, inputs).filter((other) => other !== giver);
  const taken = Map.groupBy(stopped, (deviceId) => declaring(others, deviceId));
  const unknown = all.filter(
    ({ declaration, flowKey }) => declaration === undefined && (flowKey === undefined || flowKey === flowKeyOf(inputs)),
  );
  return [...taken].flatMap(([taker, deviceIds]) => {
    const what = stopping(giver, preview, deviceIds);
    if (taker !== undefined) {
      return [
        `${what}, though ${taker.name} declares ${deviceIds.length === 1 ? "it" : "them"}: ` +
          `when ${giver.name} was registered, ${taker.name} was not known yet. So that nothing stops in between: ${WAY_OUT}`,
      ];
    }
    if (unknown.length === 0) return [];
    const names = unknown.map(({ name }) => name).join(", ");
    return [
      `${what}. If ${names} is to have ${deviceIds.length === 1 ? "it" : "them"}: a resource whose devices are not known yet ` +
        `gets them back only after the stop. So that nothing stops in between: ${WAY_OUT}`,
    ];
  });
}

function stopping({ name }: Registered, preview: PlanPreview, deviceIds: readonly LosantId[]): string {
  const verb = deviceIds.length === 1 ? "leaves" : "leave";
  return `${countOf(deviceIds.length, "device")} ${verb} ${name} and ${deviceIds.length === 1 ? "is" : "are"} stopped (${deviceNamesText(preview, deviceIds)})`;
}
