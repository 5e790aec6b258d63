/** `/devices`: which devices there are, by class, tags or query. */
import { matchesQuery } from "./device-query.js";
import type { SimulatedDevice } from "./entities.js";
import { NotFound } from "./errors.js";
import { globMatches, cutPage } from "./paging.js";
import type { Asked, Route } from "./routes.js";
import { deviceOptions, devicesQuery, parseRequest } from "./schemas.js";
import type { DevicesQuery } from "./schemas.js";
import { deviceView } from "./views.js";
import { hasTag } from "./writes.js";

export function deviceRoutes(maxPerPage: number): Route[] {
  return [
    { method: "GET", path: "/devices", scope: "devices.get", answer: (asked) => list(asked, maxPerPage) },
    {
      method: "GET",
      path: "/devices/:id",
      scope: "device.get",
      answer: ({ application, query, param }) => {
        const options = parseRequest(deviceOptions, query);
        const device = application.devices.get(param("id").toLowerCase());
        if (!device) throw new NotFound("Device was not found");
        return deviceView(application, device, options);
      },
    },
  ];
}

function list({ application, query }: Asked, maxPerPage: number): object {
  const asked = parseRequest(devicesQuery, query);
  const { filter, filterField } = asked;
  const chosen = asked.queryDeleted === "true" ? [] : [...application.devices.values()].filter(wantedBy(asked));
  const { items, ...page } = cutPage(chosen, asked, { defaultSort: "name", maxPerPage }, sortKey);
  return {
    items: items.map((device) => deviceView(application, device, asked)),
    ...page,
    filter,
    filterField,
    query: asked.query,
    applicationId: application.id,
    _type: "devices",
  };
}

/** A query overrides the other conditions. How the entries of `tagFilter` combine is not documented: any is enough. */
function wantedBy({
  query,
  filter,
  deviceClass,
  tagFilter,
  parentId,
}: DevicesQuery): (device: SimulatedDevice) => boolean {
  if (query !== undefined) return (device) => matchesQuery(query, device);
  return (device) =>
    // Simulated devices are no children of a system device.
    parentId === undefined &&
    globMatches(filter, device.name) &&
    (deviceClass === undefined || deviceClass.includes(device.deviceClass as (typeof deviceClass)[number])) &&
    (tagFilter === undefined || tagFilter.some((tag) => hasTag(device, tag)));
}

function sortKey(device: SimulatedDevice, field: string): string {
  switch (field) {
    case "id":
      return device.id;
    case "name":
      return device.name;
    case "connectionStatus":
      return device.connected ? "connected" : "disconnected";
    default:
      return device.creationDate;
  }
}
