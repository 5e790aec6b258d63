/** The devices of a canary that tags choose. */
import { countOf } from "../words.js";
import type { LosantId } from "../losant/types.js";
import type { LookupContext } from "./context.js";
import { findDevices } from "./devices.js";
import type { GetDevicesArgs } from "./types.js";
import { UserError } from "./user-error.js";

/**
 * @param what - the call and the property that messages name
 * @param deviceIds - the devices of the resource. A tag may stand on devices of other resources too
 * @throws UserError where the tags select no device, or none of the resource's devices
 */
export async function canaryByTags(
  lookup: LookupContext,
  what: string,
  args: GetDevicesArgs,
  deviceIds: readonly string[],
): Promise<LosantId[]> {
  const found = await findDevices(lookup, what, args);
  const ours = new Set(deviceIds.map((id) => id.toLowerCase()));
  const chosen = found.ids.filter((id) => ours.has(id));
  if (chosen.length > 0) return chosen;
  throw new UserError(
    `${what}: of the ${countOf(found.ids.length, "device")} that these tags select, none belongs to this resource: look at its deviceIds and deviceTags`,
  );
}
