/** Which resource of a stack manages which device, from the state that `pulumi stack export` prints. Pure. */
import * as z from "zod";
import { isMarkedSecret } from "../../provider/resource/pulumi-marks.js";
import { savedOf, shownIn } from "../../provider/resource/state.js";
import type { Drift, Saved } from "../../provider/resource/state.js";
import { isEdgeDeploymentType } from "../../provider/type-token.js";

/** An EdgeDeployment of a stack. */
export interface Owner {
  /** `stack: resource` */
  readonly name: string;
  readonly saved: Saved;
  /** The drift that the state shows. */
  readonly drift: readonly Drift[];
}

export interface Owners {
  readonly owners: readonly Owner[];
  /** Where these and the resources of the notes deploy, as far as that is known. */
  readonly applicationIds: readonly string[];
  /** Resources whose devices cannot be known, a sentence each. */
  readonly notes: readonly string[];
}

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** Looked up by `get`, and not managed. */
  external: z.boolean().optional(),
  /** About to be deleted: its replacement manages the devices. */
  delete: z.boolean().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const exported = z.object({ deployment: z.object({ resources: z.array(resource).nullish() }) });

/**
 * @param value - an exported stack
 * @throws Error where it is not one, or a newer release wrote it
 */
export function ownersIn(value: unknown, stack: string): Owners {
  const parsed = exported.safeParse(value);
  if (!parsed.success) throw new Error(`the state of ${stack} cannot be read: ${z.prettifyError(parsed.error)}`);
  const ours = (parsed.data.deployment.resources ?? []).filter(
    ({ type, external, delete: isLeaving }) => isEdgeDeploymentType(type) && external !== true && isLeaving !== true,
  );
  const found = ours.map(({ urn, outputs = {} }) => ownerOf(`${stack}: ${urn.split("::").at(-1) ?? urn}`, outputs));
  const places = ours.map(({ outputs }) => outputs?.["applicationId"]).filter((id) => typeof id === "string");
  return {
    applicationIds: [...new Set(places.map((id) => id.toLowerCase()))],
    owners: found.filter((one) => typeof one !== "string"),
    notes: found.filter((one) => typeof one === "string"),
  };
}

/** Without these, it cannot be said which devices are meant, or what they should run. */
const NEEDED = ["applicationId", "flowId", "deviceIds", "version"];

function ownerOf(name: string, outputs: Readonly<Record<string, unknown>>): Owner | string {
  const hidden = NEEDED.filter((input) => isEncrypted(outputs[input]));
  if (hidden.length > 0) return `${name} is not shown as an owner: ${hidden.join(" and ")} of it is secret`;
  const shown = Object.fromEntries(Object.entries(outputs).filter(([, value]) => !isEncrypted(value)));
  const saved = savedOf(shown);
  if (saved === undefined) return `${name} is not shown as an owner: its state names no devices`;
  return { name, saved, drift: shownIn(shown).drift };
}

/** A secret, or a value with a secret in it. */
function isEncrypted(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return isMarkedSecret(value) || Object.values(value).some(isEncrypted);
}
