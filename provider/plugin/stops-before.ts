/**
 * Devices that stop on their way from one resource to another. Pulumi shows a plugin a taker that depends on the giver only
 * when the giver is done: then the giver has taken the workflow off the device, and the taker starts it again. A preview
 * has the same order, so it can tell.
 */
import type { PreviewWarning } from "../messages/preview-warnings.js";
import { deviceNamesText } from "../preview/plan-preview.js";
import type { PlanPreview } from "../preview/plan-preview.js";
import { flowKeyOf } from "../resource/fleet.js";
import { countOf } from "../words.js";

interface Giver {
  readonly urn: string;
  readonly name: string;
}

export interface StopsBefore {
  /** To be called with each plan of a preview. */
  readonly planned: (self: Giver, preview: PlanPreview) => PreviewWarning[];
}

export function createStopsBefore(): StopsBefore {
  const stopped = new Map<string, Giver>();
  return {
    planned: (self, preview) => {
      const { inputs, decision } = preview;
      const placeOf = (deviceId: string): string => `${flowKeyOf(inputs)}/${deviceId}`;
      const leaving = new Set(decision.leaving);
      for (const { deviceId } of decision.plan.moves) if (leaving.has(deviceId)) stopped.set(placeOf(deviceId), self);
      const giverOf = (deviceId: string): string | undefined => {
        const giver = stopped.get(placeOf(deviceId));
        return giver === undefined || giver.urn === self.urn ? undefined : giver.name;
      };
      const given = decision.joining.filter((deviceId) => giverOf(deviceId) !== undefined);
      return [...Map.groupBy(given, giverOf)].map(([giver = "", ids]) => ({
        code: "stops",
        lines: [
          `where ${giver} is updated first, ${countOf(ids.length, "device")} ${ids.length === 1 ? "stops" : "stop"} before ${ids.length === 1 ? "it starts" : "they start"} again here ` +
            `(${deviceNamesText(preview, ids)}). To avoid the stop, let ${giver} depend on this resource (dependsOn)`,
        ],
      }));
    },
  };
}
