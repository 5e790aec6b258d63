/** The three forms of an id, and what each says about the devices. Pure. */
import { isLosantId } from "../losant/ids.js";
import type { LosantId } from "../losant/types.js";
import type { Fleet, FlowRef } from "./fleet.js";
import type { Saved } from "./state.js";

export type Identity = FlowRef &
  (
    | { readonly form: "resource" }
    | { readonly form: "flow" }
    | { readonly form: "devices"; readonly deviceIds: readonly LosantId[] }
  );

const FORMS =
  "<applicationId>/<flowId> (every device that carries the flow), <applicationId>/<flowId>/<deviceId>,<deviceId>... or the id of a resource in the state";

/** @throws Error that shows the three forms */
export function parseId(id: string): Identity {
  const [applicationId = "", flowId = "", rest, ...more] = id.toLowerCase().split("/");
  const ids = rest?.split(",") ?? [];
  if (!isLosantId(applicationId) || !isLosantId(flowId) || more.length > 0) throw malformed(id);
  if (rest === undefined) return { applicationId, flowId, form: "flow" };
  // Ids of 0.1.0 end in 8 digits.
  if (/^(?:[\da-f]{8}|[\da-f]{16})$/.test(rest)) return { applicationId, flowId, form: "resource" };
  if (!ids.every(isLosantId)) throw malformed(id);
  return { applicationId, flowId, form: "devices", deviceIds: [...new Set(ids)].toSorted() };
}

/**
 * A resource that is known by its id alone: the devices that the id names, at the version that most of them have. The
 * others show as drift, so nothing is hidden.
 *
 * @returns undefined where no device carries the flow
 */
export function savedFromLive(identity: Identity, fleet: Fleet): Saved | undefined {
  const { applicationId, flowId } = identity;
  if (identity.form === "resource") {
    throw new Error(
      `the id ${applicationId}/${flowId}/... names no devices and the state holds none for it. Ids that can be read: ${FORMS}`,
    );
  }
  const carrying = [...fleet.values()].filter((view) => view.desired !== null).map((view) => view.deviceId);
  const deviceIds = identity.form === "devices" ? identity.deviceIds : carrying.toSorted();
  const counts = new Map<string, number>();
  for (const deviceId of deviceIds) {
    const version = fleet.get(deviceId)?.desired;
    if (version !== null && version !== undefined) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most && { inputs: { applicationId, flowId, version: most[0], deviceIds }, leaving: [] };
}

function malformed(id: string): Error {
  return new Error(`"${id}" is not the id of an EdgeDeployment. Give ${FORMS}`);
}
