/** A local Losant, described for a person or a script. Pure. */

import { aligned } from "../columns.js";
import type { RecordedCall, Seed, SeedDevice, SeedFlow, SeedToken } from "../../simulator/index.js";

/** Every id and token, as one object for scripts. */
export function describeAsJson(url: string, { applications, tokens }: Seed): object {
  return {
    url,
    tokens: tokens.map(({ token, sourceType }) => ({ token, sourceType })),
    applications: applications.map(({ id, name, flows, devices }) => ({
      id,
      name,
      flows: flows.map((flow) => ({
        id: flow.id,
        name: flow.name,
        flowClass: flow.flowClass ?? "edge",
        versions: flow.versions.map(({ version }) => version),
      })),
      devices: devices.map((device) => ({
        id: device.id,
        name: device.name,
        deviceClass: device.deviceClass ?? "edgeCompute",
      })),
    })),
  };
}

/**
 * The same for people, with calls to try.
 *
 * @param pulumi - how Pulumi is started
 */
export function describeForPeople(url: string, { applications, tokens }: Seed, pulumi: string): string {
  const settings = {
    LOSANT_API_URL: url,
    LOSANT_API_TOKEN: tokens[0]?.token,
    LOSANT_APPLICATION_ID: applications[0]?.id,
  };
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value ?? ""}`);
  return [
    `A local Losant runs at ${url}`,
    "In a browser it shows its devices, live: click one to move it by hand, make it fail, or take it offline.",
    "",
    lines(tokens.map(({ token, sourceType }) => ["token", token, TOKENS[sourceType] ?? sourceType])),
    ...applications.flatMap(({ id, name, flows, devices }) => [
      "",
      lines([
        ["application", id, name],
        ...flows.map((one) => ["  flow", one.id, flowText(one)]),
        ...devices.map((one) => ["  device", one.id, deviceText(one)]),
      ]),
    ]),
    ...callsToTry(url, { applications, tokens }),
    "Pulumi against it, in the folder of a program:",
    `  ${set.join(" ")} ${pulumi} preview`,
    "",
    "Only this machine is served.",
    `Each call is shown below. To stop: Ctrl-C, or kill ${process.pid}`,
  ].join("\n");
}

/** Where the fleet has a workflow, a device and tokens for them. */
function callsToTry(url: string, { applications, tokens }: Seed): string[] {
  const [application] = applications;
  const [flow] = application?.flows ?? [];
  const [version] = flow?.versions ?? [];
  const device = application?.devices[1] ?? application?.devices[0];
  const [token, person = token] = tokens;
  if (!application || !flow || !version || !device || !token || !person) return [""];
  const base = `${url}/applications/${application.id}`;
  const release = { flowId: flow.id, version: version.version, deviceIds: [device.id] };
  return [
    "",
    "The deployments of a workflow:",
    `  curl -s ${bearer(token)} '${base}/edge/deployments?flowId=${flow.id}'`,
    `A change by hand: ${flow.name} ${release.version} onto ${device.name}`,
    // Not --json: curl has had it only since 2022.
    `  curl -s ${bearer(person)} -H 'Content-Type: application/json' -d '${JSON.stringify(release)}' ${base}/edge/deployments/release`,
    "The devices:",
    `  curl -s ${bearer(token)} '${base}/devices?deviceClass=edgeCompute'`,
  ];
}

/**
 * One line of the log, in local time: `14:03:59  202  POST /applications/../edge/deployments/release  {...}`.
 */
export function describeCall({ at, method, path, query, body, status }: RecordedCall): string {
  const search = new URLSearchParams(query as Record<string, string>).toString();
  const sent = body === undefined ? "" : `  ${JSON.stringify(body)}`;
  const line = `${new Date(at).toTimeString().slice(0, 8)}  ${status ?? "---"}  ${method} ${path}${search && `?${search}`}${sent}`;
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function bearer({ token }: SeedToken): string {
  return `-H 'Authorization: Bearer ${token}'`;
}

const TOKENS: Readonly<Record<string, string>> = { apiToken: "for Pulumi", user: "of a person, for changes by hand" };

function flowText({ name, flowClass = "edge", versions }: SeedFlow): string {
  return `${name}${flowClass === "edge" ? "" : ` (${flowClass})`}: ${versions.map(({ version }) => version).join(", ")}`;
}

function deviceText({ name, deviceClass = "edgeCompute", tags = {}, edgeAgentVersion, behaviour }: SeedDevice): string {
  const notes = [
    deviceClass === "edgeCompute" ? `agent ${edgeAgentVersion ?? "1.40.0"}` : deviceClass,
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
    ...(behaviour && behaviour.kind !== "immediate" ? [behaviour.kind] : []),
  ];
  return `${name.padEnd(14)} ${notes.join("  ")}`;
}

function lines(rows: readonly (readonly string[])[]): string {
  return aligned(rows).join("\n");
}
