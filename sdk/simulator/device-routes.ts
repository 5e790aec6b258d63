/** `/devices`: listing by class, tags or query, and one device. */
import { matchesQuery } from "./device-query.js";
import type { SimulatedDevice } from "./entities.js";
import { NotFound } from "./errors.js";
import { globMatches, readPage } from "./paging.js";
import type { Route, RouteRequest } from "./routes.js";
import { deviceOptions, devicesQuery, parseRequest } from "./schemas.js";
import type { DevicesQuery } from "./schemas.js";
import { deviceView } from "./views.js";
import { hasTag } from "./writes.js";

export function deviceRoutes(maxPerPage: number): Route[] {
  return [
    {
      operation: "listDevices",
      method: "GET",
      path: "/devices",
      scope: "devices.get",
      answer: (request) => list(request, maxPerPage),
    },
    {
      operation: "getDevice",
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

function list({ application, query, listingFault }: RouteRequest, maxPerPage: number): object {
  const asked = parseRequest(devicesQuery, query);
  const { page, perPage, sortField, sortDirection, ...condition } = asked;
  const answer = readPage<SimulatedDevice>(
    application.listings,
    { page, perPage, sortField, sortDirection },
    {
      name: `devices ${JSON.stringify(condition)}`,
      rows: () => (asked.queryDeleted === "true" ? [] : [...application.devices.values()].filter(wantedBy(asked))),
      keyOf: sortKey,
      view: (device) => deviceView(application, device, asked),
      defaultSort: "name",
      maxPerPage,
      fault: listingFault,
    },
  );
  const { filter, filterField, query: deviceQuery } = condition;
  return { ...answer, filter, filterField, query: deviceQuery, applicationId: application.id, _type: "devices" };
}

/** A query overrides the other conditions. How entries of `tagFilter` combine is not documented: one is enough. */
function wantedBy({
  query,
  filter,
  deviceClass,
  tagFilter,
  parentId,
}: DevicesQuery): (device: SimulatedDevice) => boolean {
  if (query !== undefined) return (device) => matchesQuery(query, device);
  return (device) =>
    // No simulated device is the child of a system device.
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
