import type { Call } from "../decision/plan.js";
import type { LosantClient } from "../losant/types.js";
import type { FlowRef } from "../resource/fleet.js";

/** Makes one call of a plan. */
export function sendCall(client: LosantClient, { applicationId, flowId }: FlowRef, call: Call): Promise<void> {
  switch (call.verb) {
    case "release":
      return client.release(applicationId, { flowId, version: call.version, deviceIds: call.deviceIds });
    case "replace":
      return client.replace(applicationId, { flowId, oldVersion: call.oldVersion, newVersion: call.newVersion });
    case "remove":
      return "deviceId" in call
        ? client.remove(applicationId, { flowId, deviceId: call.deviceId })
        : client.remove(applicationId, { flowId, every: call.every });
  }
}
