/** A local Losant, described for a person or a script. Pure. */

/** @typedef {import("pulumi-losant/simulator").Seed} Seed */

/**
 * Every id and token, as one object for scripts.
 * @param {string} url
 * @param {Seed} seed
 */
export function describeAsJson(url, { applications, tokens }) {
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
 * @param {string} url
 * @param {Seed} seed
 */
export function describeForPeople(url, { applications, tokens }) {
  const [application] = applications;
  const [flow] = application.flows;
  const [, device] = application.devices;
  const [token, person] = tokens;
  const base = `${url}/applications/${application.id}`;
  const release = { flowId: flow.id, version: flow.versions[0].version, deviceIds: [device.id] };
  return [
    `A local Losant runs at ${url}`,
    "In a browser it shows its devices, live: click one to move it by hand, make it fail, or take it offline.",
    "",
    table(tokens.map(({ token, sourceType }) => ["token", token, TOKENS[sourceType] ?? sourceType])),
    ...applications.flatMap(({ id, name, flows, devices }) => [
      "",
      table([
        ["application", id, name],
        ...flows.map((one) => ["  flow", one.id, flowText(one)]),
        ...devices.map((one) => ["  device", one.id, deviceText(one)]),
      ]),
    ]),
    "",
    "The deployments of a workflow:",
    `  curl -s ${bearer(token)} '${base}/edge/deployments?flowId=${flow.id}'`,
    `A change by hand: ${flow.name} ${release.version} onto ${device.name}`,
    // Not --json: curl has had it only since 2022.
    `  curl -s ${bearer(person)} -H 'Content-Type: application/json' -d '${JSON.stringify(release)}' ${base}/edge/deployments/release`,
    "The devices:",
    `  curl -s ${bearer(token)} '${base}/devices?deviceClass=edgeCompute'`,
    "Pulumi against it, in this folder:",
    `  LOSANT_API_URL=${url} LOSANT_API_TOKEN=${token.token} npm run pulumi -- preview`,
    "",
    "The tokens are new at each start. Only this machine is served.",
    `Each call is shown below. To stop: Ctrl-C, or kill ${process.pid}`,
  ].join("\n");
}

/**
 * One line of the log, in local time: `14:03:59  202  POST /applications/../edge/deployments/release  {...}`.
 * @param {import("pulumi-losant/simulator").RecordedCall} call
 */
export function describeCall({ at, method, path, query, body, status }) {
  const search = new URLSearchParams(query).toString();
  const sent = body === undefined ? "" : `  ${JSON.stringify(body)}`;
  const line = `${new Date(at).toTimeString().slice(0, 8)}  ${status ?? "---"}  ${method} ${path}${search && `?${search}`}${sent}`;
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function bearer({ token }) {
  return `-H 'Authorization: Bearer ${token}'`;
}

const TOKENS = { apiToken: "for Pulumi", user: "of a person, for changes by hand" };

function flowText({ name, flowClass = "edge", versions }) {
  return `${name}${flowClass === "edge" ? "" : ` (${flowClass})`}: ${versions.map(({ version }) => version).join(", ")}`;
}

function deviceText({ name, deviceClass = "edgeCompute", tags = {}, edgeAgentVersion, behaviour }) {
  const notes = [
    deviceClass === "edgeCompute" ? `agent ${edgeAgentVersion ?? "1.40.0"}` : deviceClass,
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
    ...(behaviour && behaviour.kind !== "immediate" ? [behaviour.kind] : []),
  ];
  return `${name.padEnd(14)} ${notes.join("  ")}`;
}

/** Rows with aligned columns. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] + 2))
        .join("")
        .trimEnd(),
    )
    .join("\n");
}
