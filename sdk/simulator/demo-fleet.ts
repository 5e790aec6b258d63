/** The plant that the quick start and `npm run simulator` use. */
import { idOf } from "./ids.js";
import type { Seed, SeedDevice, SeedFlow } from "./seed.js";

const TELEMETRY: Omit<SeedFlow, "id"> = {
  name: "Telemetry",
  versions: [
    { version: "v1.2.2" },
    { version: "v1.2.3" },
    { version: "v1.2.4" },
    { version: "v1.3.0", minimumAgentVersion: "1.39.0" },
  ],
};

/**
 * Plant Graz: production and staging, two Losant applications with different ids. Production has twelve edge devices,
 * line-1 to line-12; line-7 and line-11 are offline, and the agent of line-9 is too old for Telemetry v1.3.0. Nothing is
 * deployed. The tokens are the same every time; the second one is Eva Huber's.
 */
export function demoFleet(): Seed {
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  const officeSensor = { id: idOf("d1", 99), name: "office-sensor", deviceClass: "standalone", tags: { site: "graz" } };
  return {
    applications: [
      {
        id: idOf("aa", 2),
        name: "Plant Graz",
        flows: [
          { id: idOf("f1", 1), ...TELEMETRY },
          { id: idOf("f1", 2), name: "Vibration", versions: [{ version: "v0.9.0" }, { version: "v1.0.0" }] },
          { id: idOf("f1", 3), name: "Energy", versions: [{ version: "2026-05-05T12-39-04" }] },
          { id: idOf("f1", 4), name: "Alarm mails", flowClass: "cloud", versions: [{ version: "v1.0.0" }] },
        ],
        devices: [...numbers.map((number) => line(1, number)), officeSensor],
      },
      {
        id: idOf("aa", 1),
        name: "Plant Graz (staging)",
        flows: [{ id: idOf("f2", 1), ...TELEMETRY }],
        devices: [line(2, 1), line(2, 2)],
      },
    ],
    members: [{ userId: idOf("b0", 1), firstName: "Eva", lastName: "Huber" }],
    tokens: [
      { token: "demo-deploy-token", sourceType: "apiToken", sourceId: idOf("a0", 1), name: "pulumi" },
      { token: "demo-user-token", sourceType: "user", sourceId: idOf("b0", 1) },
    ],
  };
}

function line(application: number, number: number): SeedDevice {
  return {
    id: idOf(`d${application}`, number),
    name: `line-${number}`,
    tags: { site: "graz", hall: number <= 6 ? "a" : "b", ring: number === 1 ? "canary" : "broad" },
    edgeAgentVersion: number === 9 ? "1.36.0" : "1.40.0",
    behaviour: { kind: number === 7 || number === 11 ? "offline" : "immediate" },
  };
}
