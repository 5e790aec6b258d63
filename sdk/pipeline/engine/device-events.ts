/** Events of batches and devices, made from the provider's records. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { recordIn } from "../../../provider/messages/run-record.js";
import type { RunRecord } from "../../../provider/messages/run-record.js";
import type { Redact } from "../report/token-redactor.js";
import type { Plan } from "../report/results.js";
import { flowKeyIn } from "./devices-in-state.js";
import { resourceNameOf } from "./engine-events.js";
import { stateOf } from "./engine-state.js";
import { resourceRef } from "./pipeline-events.js";
import type { BatchEvent, DeviceEvent, ResourceRef } from "./pipeline-events.js";

export type DeviceNames = ReadonlyMap<string, string>;

export function deviceNamesIn(plan: Plan): DeviceNames {
  return new Map(plan.resources.flatMap(({ names = {} }) => Object.entries(names)));
}

/**
 * Reads the engine's events of one run, in their order.
 *
 * @param names - of devices
 * @returns what an event says of batches and devices; none for most
 */
export function deviceEventReader(
  redact: Redact,
  names: DeviceNames = new Map(),
): (event: EngineEvent) => (BatchEvent | DeviceEvent)[] {
  const resources = createResources();
  return (event) => {
    resources.note(event);
    const record = event.diagnosticEvent && recordIn(event.diagnosticEvent.message.trim());
    return record === undefined ? [] : eventsOf(record, resources.of(record), redact, names);
  };
}

function eventsOf(
  record: RunRecord,
  resource: ResourceRef | undefined,
  redact: Redact,
  names: DeviceNames,
): (BatchEvent | DeviceEvent)[] {
  const about = resource === undefined ? {} : { resource };
  const device = (status: DeviceEvent["status"], deviceId: string) => {
    const name = names.get(deviceId);
    return { type: "device", status, deviceId, ...(name === undefined ? {} : { name }), ...about } as const;
  };
  switch (record.kind) {
    case "batch": {
      const { batch, batches, version, deviceIds } = record;
      return [{ type: "batch", batch, batches, version, deviceIds, ...about }];
    }
    case "applied":
      return record.moved.flatMap(({ from, to, deviceIds }) =>
        deviceIds.map((deviceId): DeviceEvent => ({ ...device("moved", deviceId), from, to })),
      );
    case "reached":
      return record.devices.map(({ deviceId, version: to, error }): DeviceEvent =>
        error === undefined
          ? { ...device("running", deviceId), to }
          : { ...device("failed", deviceId), to, error: redact(error) },
      );
    default:
      return [];
  }
}

interface Resources {
  note(event: EngineEvent): void;
  of(record: RunRecord): ResourceRef | undefined;
}

/** Which resource a record is of. A resource that is created has no id yet: it is found by its name, or by its workflow. */
function createResources(): Resources {
  const byId = new Map<string, ResourceRef>();
  const created = new Map<string, { readonly flow: string | undefined; readonly resource: ResourceRef }>();
  return {
    note: ({ resourcePreEvent, resOutputsEvent }) => {
      const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
      if (metadata === undefined || !metadata.type.includes("losant:")) return;
      const resource = resourceRef(metadata.urn);
      for (const side of [metadata.old, metadata.new]) if (side?.id) byId.set(side.id, resource);
      if (metadata.op !== "create") return;
      if (resOutputsEvent === undefined) {
        created.set(metadata.urn, { flow: flowKeyIn(stateOf(metadata.new)?.inputs), resource });
      } else created.delete(metadata.urn);
    },
    of: (record) => {
      if (!("id" in record)) return undefined;
      const known = byId.get(record.id);
      if (known !== undefined) return known;
      const name = "name" in record ? record.name : undefined;
      const open = [...created].filter(([urn, { flow }]) =>
        name === undefined ? flow !== undefined && record.id.startsWith(`${flow}/`) : resourceNameOf(urn) === name,
      );
      const [only, other] = open;
      return other === undefined ? only?.[1].resource : undefined;
    },
  };
}
