/** Devices that Losant takes a call for and never shows: they were deleted, or are of another application. */
import { createDeviceReader } from "../lookup/device-reader.js";
import type { LosantClient } from "../losant/types.js";
import type { FlowMember } from "./flow-member.js";
import type { Look } from "./look.js";

/**
 * Asks once whether the devices exist that do not follow: nothing is to be waited for where they do not. Where that
 * cannot be read (scope `devices.get`), they are waited for.
 */
export async function findAbsent(client: LosantClient, member: FlowMember, look: Look | undefined): Promise<void> {
  const doubted = member.doubtedOn(look);
  if (doubted.length === 0) return;
  const { applicationId } = member.request.flow;
  const devices = await createDeviceReader(client, applicationId)
    .read(doubted)
    .catch(() => undefined);
  member.absent = new Set(devices === undefined ? [] : doubted.filter((id) => devices.get(id) === undefined));
}
