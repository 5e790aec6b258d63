/** A fleet for the status page: mostly well, with some of each state. The same for the same number. */
import type { StatusInput } from "../../sdk/status/status-of.js";
import type { DeploymentLog, EdgeDeploymentRow } from "../../provider/losant/types.js";

export const NOW = new Date("2026-11-26T14:00:00Z");
export const APPLICATION = "a00000000000000000000001";
const idOf = (kind: string, number: number): string => kind + String(number).padStart(24 - kind.length, "0");
export const flowIdOf = (number: number): string => idOf("f", number);
export const deviceIdOf = (number: number): string => idOf("d", number);
const minutesAgo = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const VERSIONS = [
  ["Telemetry", "v1.2.3"],
  ["Vibration", "v1.0.0"],
  ["Energy metering", "2026-05-05T12-39-04"],
  ["OEE counter", "v3.1.0"],
] as const;

export interface StatusFleetOptions {
  readonly devices: number;
  /** Other names, by number. */
  readonly names?: readonly string[];
}

/** Of each 100 devices: one failed (Vibration), one moved by hand (Telemetry), one offline that waits. */
export function statusFleet({ devices: count, names = [] }: StatusFleetOptions): StatusInput {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const nameOf = (number: number): string => names[number] ?? `line-${number + 1}`;
  const devices = numbers.map((number) => ({
    id: deviceIdOf(number),
    name: nameOf(number),
    deviceClass: "edgeCompute",
    connected: number % 100 !== 5,
    edgeAgentVersion: "1.40.0",
    tags: [
      { key: "site", value: ["graz", "linz", "wels"][number % 3] ?? "" },
      { key: "hall", value: number % 2 === 0 ? "a" : "b" },
    ],
  }));
  const deployments = numbers.flatMap((number) =>
    VERSIONS.flatMap(([flowName, version], flow): EdgeDeploymentRow[] =>
      flow === 3 && number % 3 > 0 ? [] : [deployment({ number, flow, flowName, version, deviceName: nameOf(number) })],
    ),
  );
  return {
    applications: [
      {
        applicationId: APPLICATION,
        devices,
        workflows: VERSIONS.map(([name], flow) => ({ id: flowIdOf(flow), name, flowClass: "edge" })),
        deployments,
      },
    ],
    stacks: ["production"],
    owners: {
      owners: VERSIONS.slice(0, 3).map(([name, version], flow) => ({
        name: `production: ${name.toLowerCase()}`,
        drift: [],
        saved: {
          leaving: [],
          inputs: { applicationId: APPLICATION, flowId: flowIdOf(flow), version, deviceIds: numbers.map(deviceIdOf) },
        },
      })),
      notes: [],
    },
    now: NOW,
  };
}

interface Placed {
  readonly number: number;
  readonly flow: number;
  readonly flowName: string;
  readonly version: string;
  readonly deviceName: string;
}

function deployment({ number, flow, flowName, version, deviceName }: Placed): EdgeDeploymentRow {
  const isMoved = flow === 0 && number % 100 === 11;
  const hasFailed = flow === 1 && number % 100 === 20;
  const waits = flow === 0 && number % 100 === 5;
  const desiredVersion = isMoved ? "v1.2.2" : version;
  const currentVersion = isMoved || waits ? "v1.2.2" : hasFailed ? "v0.9.0" : version;
  const by = isMoved
    ? ({ sourceType: "user", sourceId: "5cfe44f0a3a3b90006c0aa07" } as const)
    : ({ sourceType: "apiToken", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const);
  const ago = isMoved ? 40 : 1500 + (number % 1000);
  const report: DeploymentLog = hasFailed
    ? { newValue: "v0.9.0", attemptedValue: version, error: "module modbus-tcp is missing on this gateway" }
    : { newValue: currentVersion, previousValue: "v0.1.0" };
  return {
    id: `${flowIdOf(flow).slice(0, 12)}${deviceIdOf(number).slice(12)}`,
    deviceId: deviceIdOf(number),
    flowId: flowIdOf(flow),
    deviceName,
    flowName,
    desiredVersion,
    currentVersion,
    logs: [
      { ...by, date: minutesAgo(ago), changeType: "desired", newValue: desiredVersion, previousValue: "v0.1.0" },
      ...(waits
        ? []
        : [{ sourceType: "device", date: minutesAgo(ago - 1), changeType: "current", ...report } as const]),
    ],
  };
}
