/**
 * Devices that stop because the resource that takes them is declared too late. Pure.
 *
 * The provider decides about a giver by what is declared when its registration is sent. A taker that is declared after a
 * long `await`, or whose ids are outputs of other resources, is not known then: the device loses the workflow and gets it
 * back.
 */
import { countOf } from "../../provider/words.js";
import { flowKeyOf } from "../../provider/resource/fleet.js";
import type { LosantId } from "../../provider/losant/types.js";
import type { Registered } from "../program/registrations.js";
import { deviceNamesText } from "../../provider/preview/plan-preview.js";
import type { PlanPreview } from "../../provider/preview/plan-preview.js";
import { declaring, declaringFlow } from "./program-view.js";

const WAY_OUT = "give the device ids as plain values, and declare both resources before the first await";

/** Call it at the end of the program, when everything is declared. */
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
          `when ${giver.name} was registered, ${taker.name} was not known yet. To avoid the stop, ${WAY_OUT}`,
      ];
    }
    if (unknown.length === 0) return [];
    const names = unknown.map(({ name }) => name).join(" or ");
    const [they, start] = deviceIds.length === 1 ? ["it", "starts"] : ["they", "start"];
    return [
      `${what}. If ${they} should go to ${names}, whose devices are not known yet, ` +
        `${they} ${start} again only after the stop. To avoid the stop, ${WAY_OUT}`,
    ];
  });
}

function stopping({ name }: Registered, preview: PlanPreview, deviceIds: readonly LosantId[]): string {
  const verb = deviceIds.length === 1 ? "leaves" : "leave";
  return `${countOf(deviceIds.length, "device")} ${verb} ${name} and ${deviceIds.length === 1 ? "is" : "are"} stopped (${deviceNamesText(preview, deviceIds)})`;
}
