/** Devices and workflows on a page: names beside ids, linked to Losant where its address is known. Pure. */
import { isLosantId } from "../../../provider/losant/ids.js";
import { code, text } from "./markdown-text.js";
import type { ResourceResult } from "./resource-results.js";

/** Losant's own cloud. A record in an engine's log could name any address, so no other one is linked. */
const LOSANT = "https://app.losant.com";

type Where = Pick<ResourceResult, "applicationId" | "flowId" | "flowName" | "ui">;

export function deviceCell(deviceId: string, name: string | undefined, where: Where): string {
  return titleCell(deviceId, name, addressOf(where, "devices", deviceId));
}

export function workflowCell(where: Where): string {
  return titleCell(where.flowId, where.flowName, addressOf(where, "workflows", where.flowId));
}

function titleCell(id: string, name: string | undefined, address: string | undefined): string {
  const shown = address === undefined ? code(id) : `[${code(id)}](${address})`;
  return name === undefined ? shown : `${text(name)} ${shown}`;
}

function addressOf({ applicationId, ui }: Where, kind: "devices" | "workflows", id: string): string | undefined {
  if (ui !== LOSANT || !isLosantId(applicationId) || !isLosantId(id)) return undefined;
  return `${LOSANT}/applications/${applicationId}/${kind}/${id}`;
}
