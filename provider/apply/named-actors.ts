/** Who moved a device, by name, for the messages of a run. */
import type { LosantId } from "../losant/types.js";
import type { Actors } from "../messages/actors.js";
import type { Ports } from "../ports.js";
import { unlessInterrupted } from "../run-end.js";

type ActorPorts = Pick<Ports, "actors" | "clock" | "interruption">;

/** The text with the names of who moved devices, where they can be found in time; it never fails. */
export async function withActorNames(ports: ActorPorts, applicationId: LosantId, text: string): Promise<string> {
  const { actors } = ports;
  return (actors && (await unlessInterrupted(ports, actors.shown(applicationId, text)))) ?? text;
}

/** The names of who moved these, for a message, where they can be found in time; it never fails. */
export async function actorsOf(
  ports: ActorPorts,
  applicationId: LosantId,
  moved: readonly { readonly changedBy?: string }[],
): Promise<Actors> {
  const { actors } = ports;
  const asked = moved.flatMap(({ changedBy }) => changedBy ?? []);
  return (actors && (await unlessInterrupted(ports, actors.of(applicationId, asked)))) ?? new Map();
}
