/** The page at `/` of the local Losant: its fleet, live, and what a person can do to it by hand. */
import { createHash } from "node:crypto";
import type { Seed, SeedApplication, Simulator, Site } from "../../simulator/index.js";
import { fleetStatusOf, pageTemplate } from "../../status/index.js";
import { actionIn, ActionRefused } from "./actions.js";

type ApplicationFacts = Parameters<typeof fleetStatusOf>[0]["applications"][number];

/**
 * @param simulator - which serves this site
 * @param onAction - gets a line for each thing that is done by hand
 */
export function createSite(seed: Seed, simulator: () => Simulator, onAction: (text: string) => void): Site {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/" && request.method === "GET") return page();
    if (pathname === "/status.json" && request.method === "GET") return liveStatus(request, seed, simulator());
    if (pathname === "/status/actions" && request.method === "POST") {
      return act(request, seed, simulator(), onAction);
    }
    return undefined;
  };
}

/** No other page may show this one in a frame, and have it clicked unseen. */
const HEADERS = { "content-security-policy": "frame-ancestors 'none'", "cache-control": "no-store" };

function page(): Response {
  return new Response(pageTemplate, { headers: { ...HEADERS, "content-type": "text/html; charset=utf-8" } });
}

/** 304 while nothing has changed. */
function liveStatus(request: Request, seed: Seed, losant: Simulator): Response {
  const now = new Date();
  const status = fleetStatusOf({ applications: seed.applications.map((one) => factsOf(one, losant)), now });
  const flows = seed.applications.flatMap((application) => application.flows);
  const devices = seed.applications.flatMap(({ id }) => losant.devices(id));
  const live = {
    status,
    versions: Object.fromEntries(flows.map((flow) => [flow.id, flow.versions.map(({ version }) => version)])),
    behaviours: Object.fromEntries(
      devices
        .filter(({ behaviour }) => behaviour.kind !== "immediate")
        .map(({ id, behaviour }) => [id, behaviour.kind]),
    ),
  };
  const content = JSON.stringify({ ...live, status: { ...status, readAt: "" } });
  const etag = `"${createHash("sha256").update(content).digest("base64url")}"`;
  const headers = { ...HEADERS, etag };
  return request.headers.get("if-none-match") === etag
    ? new Response(null, { status: 304, headers })
    : Response.json(live, { headers });
}

/** The simulated application, as Losant's listings would show it. */
function factsOf({ id, name, flows }: SeedApplication, losant: Simulator): ApplicationFacts {
  const devices = losant.devices(id).filter(({ deviceClass }) => deviceClass === "edgeCompute");
  const byId = new Map(devices.map((device) => [device.id, device]));
  const workflows = flows.filter(({ flowClass = "edge" }) => flowClass === "edge");
  const names = new Map(workflows.map((flow) => [flow.id, flow.name]));
  return {
    applicationId: id,
    name,
    workflows: workflows.map((flow) => ({ id: flow.id, name: flow.name })),
    devices: devices.map(({ tags, ...device }) => ({
      ...device,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    })),
    deployments: losant.rows(id).map((row) => ({
      ...row,
      deviceName: byId.get(row.deviceId)?.name,
      connected: byId.get(row.deviceId)?.connected,
      flowName: names.get(row.flowId),
    })),
  };
}

async function act(
  request: Request,
  seed: Seed,
  losant: Simulator,
  onAction: (text: string) => void,
): Promise<Response> {
  if (isForeign(request)) return new Response("only the simulator's own page may do this", { status: 403 });
  try {
    const { run, words } = actionIn(await request.json(), seed);
    run(losant);
    onAction(`${new Date().toTimeString().slice(0, 8)}  by hand  ${words}`);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (!(error instanceof ActionRefused) && !(error instanceof SyntaxError)) throw error;
    return new Response(error.message, { status: 400, headers: { "content-type": "text/plain; charset=utf-8" } });
  }
}

/** A page of another origin can send a form here; not as JSON, and not without its own name. */
function isForeign(request: Request): boolean {
  const origin = request.headers.get("origin");
  const type = request.headers.get("content-type") ?? "";
  return !type.startsWith("application/json") || (origin !== null && origin !== new URL(request.url).origin);
}
