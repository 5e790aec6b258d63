/** One simulated application with its devices, and how tests speak of it. */
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { FleetOptions, RecordedCall, SeedMember, Simulator, SimulatorOptions } from "pulumi-losant/simulator";
import { createProject } from "./project.js";
import type { Project, ProjectOptions } from "./project.js";

export interface Plant {
  readonly simulator: Simulator;
  readonly applicationId: string;
  readonly flowId: string;
  readonly otherFlowId: string;
  readonly flowIds: readonly string[];
  readonly devices: readonly string[];
  readonly token: string;
  /** The write calls since the last look, as `release v1 x3`, `replace v1 v2`, `remove every`. */
  writes(): string[];
  /** The read calls since the last look. */
  reads(): number;
  /** Desired versions of the first flow, of devices that have one; by position in `devices`. */
  desired(): Record<number, string>;
  /** A change made by hand, by a named user. */
  byHand(device: number, version: string | null): void;
}

export interface PlantOptions extends SimulatorOptions {
  readonly devices?: number;
  readonly flows?: number;
  /** What is special about a device, by its number from 0. */
  readonly device?: FleetOptions["device"];
  /** Of the token. @default all */
  readonly scopes?: readonly string[];
  /** People whose names the token may read. @default nobody */
  readonly members?: readonly SeedMember[];
}

export const HAND = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;

export async function createPlant({
  devices = 4,
  flows = 2,
  device,
  scopes,
  members = [],
  ...options
}: PlantOptions = {}): Promise<Plant> {
  const whole = fleet({ devices, flows, device });
  const seed = { ...whole, members, tokens: whole.tokens.map((one) => ({ ...one, ...(scopes && { scopes }) })) };
  const [application] = seed.applications;
  const [token] = seed.tokens;
  const [flow, other] = application?.flows ?? [];
  if (!application || !flow || !token) throw new Error("the seed is empty");
  const simulator = await startSimulator({ reportDelayMs: 0, ...options, seed });
  const ids = application.devices.map((device) => device.id);
  let seen = 0;
  const since = () => {
    const calls = simulator.calls.slice(seen);
    seen = simulator.calls.length;
    return calls;
  };
  return {
    simulator,
    applicationId: application.id,
    flowId: flow.id,
    otherFlowId: other?.id ?? "",
    flowIds: application.flows.map(({ id }) => id),
    devices: ids,
    token: token.token,
    writes: () =>
      since()
        .filter((call) => call.method === "POST")
        .map(writeSentence),
    reads: () => since().filter((call) => call.method === "GET").length,
    desired: () =>
      Object.fromEntries(
        simulator
          .rows(application.id, flow.id)
          .filter((row) => row.desiredVersion !== null)
          .map((row) => [ids.indexOf(row.deviceId), row.desiredVersion])
          .toSorted(([a], [b]) => Number(a) - Number(b)),
      ) as Record<number, string>,
    byHand: (device, version) => {
      const deviceId = ids[device] ?? "";
      simulator.change({ applicationId: application.id, flowId: flow.id, deviceId, version, by: HAND });
    },
  };
}

interface Body {
  readonly version: string | null;
  readonly oldVersion: string;
  readonly newVersion: string | null;
  readonly deviceId: string | null;
  readonly deviceIds: readonly string[];
}

/** A write call in words: `release v1 x3`. */
export function writeSentence(call: RecordedCall): string {
  const body = call.body as Body;
  const verb = call.path.split("/").at(-1) ?? "";
  switch (verb) {
    case "release":
      return `release ${body.version ?? "-"} x${body.deviceIds.length}`;
    case "replace":
      return `replace ${body.oldVersion} ${body.newVersion ?? "-"}`;
    default:
      return `${verb} ${body.deviceId ?? "every"}`;
  }
}

/** A project whose settings point at the plant. */
export function projectAt(plant: Plant, options: ProjectOptions = {}): Promise<Project> {
  return createProject({
    ...options,
    config: { "losant:apiUrl": plant.simulator.url, "losant:verifySeconds": "5", ...options.config },
    secrets: { "losant:apiToken": plant.token, ...options.secrets },
  });
}
