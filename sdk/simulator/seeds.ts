/** Ready-made seeds: a plant to play with, and fleets of any size for tests. */
import type { Behaviour, Seed, SeedDeployment, SeedDevice, SeedFlow } from "./entities.js";

/** A 24-digit id that says what it is of: `id("d", 3)` -> `d00000000000000000000003`. */
function id(kind: string, number: number): string {
  return kind + String(number).padStart(24 - kind.length, "0");
}

const TOO_OLD = "Agent 1.36.0 does not support this workflow version, 1.39.0 or newer is needed";

/** Two applications of a plant, staging and production; twelve edge devices, two of them offline, one that refuses. */
export function demoFleet(): Seed {
  const staging = { id: id("aa", 1), name: "Plant Graz (staging)" };
  const production = { id: id("aa", 2), name: "Plant Graz" };
  const flows: SeedFlow[] = [
    {
      id: id("f1", 1),
      name: "Telemetry",
      versions: [
        { version: "v1.2.2" },
        { version: "v1.2.3" },
        { version: "v1.2.4" },
        { version: "v1.3.0", minimumAgentVersion: "1.39.0" },
      ],
    },
    { id: id("f1", 2), name: "Vibration", versions: [{ version: "v0.9.0" }, { version: "v1.0.0" }] },
    { id: id("f1", 3), name: "Energy", versions: [{ version: "2026-05-05T12-39-04" }] },
  ];
  const line =
    (application: number) =>
    (number: number): SeedDevice => {
      const behaviour: Behaviour =
        number === 7 || number === 11
          ? { kind: "offline" }
          : number === 9
            ? { kind: "failing", error: TOO_OLD, versions: ["v1.3.0"] }
            : { kind: "immediate" };
      return {
        id: id(`d${application}`, number),
        name: `line-${number}`,
        tags: { site: "graz", hall: number <= 6 ? "a" : "b", ring: number === 1 ? "canary" : "broad" },
        edgeAgentVersion: number === 9 ? "1.36.0" : "1.40.0",
        behaviour,
      };
    };
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  const gateway = { id: id("d1", 99), name: "office-sensor", deviceClass: "standalone", tags: { site: "graz" } };
  return {
    applications: [
      { ...production, flows, devices: [...numbers.map(line(1)), gateway] },
      {
        ...staging,
        flows: flows.slice(0, 1).map((flow) => ({ ...flow, id: id("f2", 1) })),
        devices: numbers.slice(0, 2).map(line(2)),
      },
    ],
    tokens: [
      { token: "demo-deploy-token", sourceType: "apiToken", sourceId: id("a0", 1) },
      { token: "demo-user-token", sourceType: "user", sourceId: id("b0", 1) },
    ],
  };
}

/** What {@link fleet} makes; everything has a default. */
export interface FleetOptions {
  /** @default 3 */
  readonly devices?: number | undefined;
  /** @default 1 */
  readonly flows?: number | undefined;
  /** Versions of each flow. @default ["v1", "v2", "v3", "v4", "v5"] */
  readonly versions?: readonly string[] | undefined;
  /** What is special about a device, by its number from 0. */
  readonly device?: ((number: number) => Partial<SeedDevice>) | undefined;
  /** Version of the first flow that each device runs from the start. @default none */
  readonly running?: ((number: number) => string | null) | undefined;
}

/** One application with `devices` edge devices and a token for everything. */
export function fleet(options: FleetOptions = {}): Seed {
  const { devices: count = 3, flows: flowCount = 1, versions = ["v1", "v2", "v3", "v4", "v5"] } = options;
  const flows = Array.from({ length: flowCount }, (_, number) => ({
    id: id("f", number),
    name: `flow-${number}`,
    versions: versions.map((version) => ({ version })),
  }));
  const devices = Array.from({ length: count }, (_, number) => ({
    id: id("d", number),
    name: `device-${number}`,
    tags: { number: String(number) },
    ...options.device?.(number),
  }));
  const deployments = devices.flatMap((device, number): SeedDeployment[] => {
    const version = options.running?.(number) ?? null;
    const deployment = { flowId: id("f", 0), deviceId: device.id, desiredVersion: version, currentVersion: version };
    return version === null ? [] : [deployment];
  });
  return {
    applications: [{ id: id("a", 1), name: "application", flows, devices, deployments }],
    tokens: [{ token: "fleet-token-c0ffee", sourceType: "apiToken", sourceId: id("a0", 1) }],
  };
}
