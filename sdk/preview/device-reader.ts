/** Devices by id for many resources at once: what is asked in one turn of the event loop goes into the same calls. */
import type { Device, LosantClient, LosantId } from "../../provider/losant/types.js";
import { deviceQueries } from "../data/device-query.js";

export interface DeviceReader {
  /** `undefined` for an id that no device of the application has. */
  read(ids: readonly LosantId[]): Promise<ReadonlyMap<LosantId, Device | undefined>>;
}

/** A query names at most 100 ids. From here on, one listing of all edge devices is expected to be fewer calls. */
const MANY = 300;

export function createDeviceReader(client: LosantClient, applicationId: LosantId): DeviceReader {
  const known = new Map<LosantId, Promise<Device | undefined>>();
  let gathered: { readonly ids: LosantId[]; readonly found: Promise<Map<LosantId, Device>> } | undefined;
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

  const gather = (id: LosantId): Promise<Device | undefined> => {
    if (gathered === undefined) {
      const ids: LosantId[] = [];
      const found = new Promise((resolve) => setImmediate(resolve)).then(() => {
        gathered = undefined;
        return find(ids);
      });
      gathered = { ids, found };
    }
    gathered.ids.push(id);
    return gathered.found.then((devices) => devices.get(id));
  };

  return {
    read: async (ids) => {
      for (const id of ids) if (!known.has(id)) known.set(id, gather(id));
      return new Map(await Promise.all(ids.map(async (id) => [id, await known.get(id)] as const)));
    },
  };
}

function indexed(devices: readonly Device[]): Map<LosantId, Device> {
  return new Map(devices.map((device) => [device.id.toLowerCase(), device]));
}
