/** Devices by id for many resources at once: what they ask in one turn of the event loop shares its calls. */
import DataLoader from "dataloader";
import type { Device, LosantClient, LosantId } from "../losant/types.js";
import { deviceQueries } from "./device-query.js";

/** `undefined` for an id that no device of the application has. */
export type DevicesById = ReadonlyMap<LosantId, Device | undefined>;

export interface DeviceReader {
  read(ids: readonly LosantId[]): Promise<DevicesById>;
}

/** A query names at most 100 ids. From here on, one listing of all edge devices is expected to be fewer calls. */
const MANY = 300;

export function createDeviceReader(client: LosantClient, applicationId: LosantId): DeviceReader {
  let all: Promise<Map<LosantId, Device>> | undefined;

  const byId = async (ids: readonly LosantId[]): Promise<Map<LosantId, Device>> => {
    if (ids.length === 0) return new Map();
    const answers = await Promise.all(
      deviceQueries({ ids, deviceClass: "any" }).map((query) => client.listDevices(applicationId, query)),
    );
    return indexed(answers.flat());
  };

  const find = async (ids: readonly LosantId[]): Promise<Map<LosantId, Device>> => {
    if (ids.length <= MANY && all === undefined) return byId(ids);
    all ??= Promise.all(
      deviceQueries({ deviceClass: "edgeCompute" }).map((query) => client.listDevices(applicationId, query)),
    ).then((answers) => indexed(answers.flat()));
    const edge = await all;
    // The rest is of another class, or does not exist.
    return new Map([...edge, ...(await byId(ids.filter((id) => !edge.has(id))))]);
  };

  const loader = new DataLoader<LosantId, Device | undefined>(
    async (ids) => {
      const found = await find(ids);
      return ids.map((id) => found.get(id));
    },
    { batchScheduleFn: (load) => setImmediate(load) },
  );

  return {
    read: async (ids) => new Map(await Promise.all(ids.map(async (id) => [id, await loader.load(id)] as const))),
  };
}

function indexed(devices: readonly Device[]): Map<LosantId, Device> {
  return new Map(devices.map((device) => [device.id.toLowerCase(), device]));
}
