/** Fleets of any size for tests. */
import { idOf } from "./ids.js";
import type { Seed, SeedDeployment, SeedDevice, SeedFlow } from "./seed.js";

/** What {@link fleet} makes. */
export interface FleetOptions {
  /** @default 3 */
  readonly devices?: number;
  /** @default 1 */
  readonly flows?: number;
  /** Versions of each flow. @default ["v1", "v2", "v3", "v4", "v5"] */
  readonly versions?: readonly string[];
  /** Fields of a device that differ from the default, by its number from 0. */
  readonly device?: (number: number) => Partial<SeedDevice>;
  /** Fields of a flow that differ from the default, by its number from 0. */
  readonly flow?: (number: number) => Partial<SeedFlow>;
  /** Version of the first flow that each device runs at the start. @default none */
  readonly running?: (number: number) => string | null;
}

/**
 * One application with `devices` edge devices (device-0, device-1, ...), `flows` edge workflows and one token with all
 * scopes. Ids and token are the same every time.
 *
 * @example
 * ```ts
 * const losant = await startSimulator({ seed: fleet({ devices: 100, running: () => "v1" }) });
 * ```
 */
export function fleet(options: FleetOptions = {}): Seed {
  const { devices: count = 3, flows: flowCount = 1, versions = ["v1", "v2", "v3", "v4", "v5"] } = options;
  const flows = Array.from({ length: flowCount }, (_, number) => ({
    id: idOf("f", number),
    name: `flow-${number}`,
    versions: versions.map((version) => ({ version })),
    ...options.flow?.(number),
  }));
  const devices = Array.from({ length: count }, (_, number) => ({
    id: idOf("d", number),
    name: `device-${number}`,
    tags: { number: String(number) },
    ...options.device?.(number),
  }));
  const deployments = devices.flatMap(({ id: deviceId }, number): SeedDeployment[] => {
    const version = options.running?.(number) ?? null;
    return version === null
      ? []
      : [{ flowId: flows[0]?.id ?? "", deviceId, desiredVersion: version, currentVersion: version }];
  });
  return {
    applications: [{ id: idOf("a", 1), name: "application", flows, devices, deployments }],
    tokens: [{ token: "fleet-token-c0ffee", sourceType: "apiToken", sourceId: idOf("a0", 1) }],
  };
}
