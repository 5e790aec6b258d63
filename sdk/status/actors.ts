/** Who moved what, by name, in what runs where. Pure. */
import type { FleetStatus, StatusCell } from "./fleet-status.js";

/** @param actors - by application: `user 5b00...` -> `Ann Example` */
export function withActors(status: FleetStatus, actors: ReadonlyMap<string, ReadonlyMap<string, string>>): FleetStatus {
  const applications = status.applications.map((application) => {
    const names = actors.get(application.id);
    if (names === undefined || names.size === 0) return application;
    const devices = application.devices.map((device) => ({
      ...device,
      cells: device.cells.map((cell) => namedCell(cell, names)),
    }));
    return { ...application, devices };
  });
  return { ...status, applications };
}

function namedCell(cell: StatusCell, names: ReadonlyMap<string, string>): StatusCell {
  const byName = cell.by === undefined ? undefined : names.get(cell.by);
  return byName === undefined ? cell : { ...cell, byName };
}
