/** The HTTP side: JSON in and out, refusals and faults as statuses and bodies, and a record of it all. */
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { authenticate, authorize } from "./access.js";
import type { ForeignToken } from "./access.js";
import type { CallLog } from "./calls.js";
import { deploymentRoutes } from "./deployment-routes.js";
import type { DeploymentOptions } from "./deployment-routes.js";
import { deviceRoutes } from "./device-routes.js";
import { BadRequest, Refusal } from "./errors.js";
import type { Fault, Faults } from "./faults.js";
import { flowRoutes } from "./flow-routes.js";
import { parseQueryString } from "./query-string.js";
import type { Route } from "./routes.js";
import type { SeedToken } from "./seed.js";
import type { World } from "./world.js";

export interface ServerOptions extends DeploymentOptions {
  readonly tokens: readonly SeedToken[];
  readonly foreignToken: ForeignToken;
  /** The time, in milliseconds. */
  readonly clock: () => number;
}

type Env = { Bindings: HttpBindings; Variables: { body: Body } };
type Body = { readonly json: unknown; readonly isBroken: boolean };

export function createServer(world: World, faults: Faults, calls: CallLog, options: ServerOptions): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (context, next) => {
    const { method, path } = context.req;
    const body = jsonOf(await context.req.text());
    context.set("body", body);
    const asked = { method, path, query: context.req.query(), body: body.json };
    await calls.arrive(asked);
    const { pathname, search } = new URL(context.req.url);
    const fault = faults.take(method, pathname + search);
    const answer = await faulty(fault, async () => {
      await next();
      return context.res;
    });
    calls.answer({ ...asked, status: answer?.status, at: new Date(options.clock()).toISOString() });
    if (!answer) context.env.incoming.socket.destroy();
    const sent = answer ?? new Response(null, { status: 500 });
    // Hono takes no notice of what is returned once there is an answer.
    if (!context.finalized || context.res !== sent) context.res = sent;
  });

  for (const route of [
    ...deploymentRoutes(world, options),
    ...deviceRoutes(options.maxPerPage),
    ...flowRoutes(options.maxPerPage),
  ]) {
    app.on(route.method, `/applications/:applicationId${route.path}`, (context) => answered(route, context));
  }
  // What the live API says of a path that does not exist, too.
  app.notFound((context) =>
    context.json({ type: "MethodNotAllowed", message: `${context.req.method} is not allowed` }, 405),
  );
  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ type: error.type, message: error.message }, error.status);
    return context.json({ type: "Internal", message: `the simulator has failed: ${error.message}` }, 500);
  });
  return app;

  function answered(route: Route, context: Context<Env>): Response {
    const token = authenticate(options.tokens, context.req.header("authorization"));
    const applicationId = context.req.param("applicationId") ?? "";
    const application = authorize(world.applications, token, applicationId, route.scope, options.foreignToken);
    const { json, isBroken } = context.get("body");
    if (isBroken) throw new BadRequest("Body is not JSON");
    const url = new URL(context.req.url);
    const query = parseQueryString(url.search);
    const answer = route.answer({
      application,
      by: { sourceType: token.sourceType, sourceId: token.sourceId },
      query,
      body: json,
      param: (name) => context.req.param(name) ?? "",
    });
    const links = query["_links"] === "false" ? {} : { _links: { self: { href: url.pathname } } };
    return context.json({ ...answer, ...links }, route.status ?? 200);
  }
}

/** What is answered under a fault; undefined where the connection breaks. */
async function faulty(fault: Fault | undefined, answer: () => Promise<Response>): Promise<Response | undefined> {
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
  if (fault?.cut === "before") return undefined;
  if (fault?.status !== undefined) {
    const body = fault.body ?? { type: "Simulated", message: `simulated ${fault.status}` };
    if (typeof body === "string") return page(body, fault.status, fault.headers);
    return Response.json(body, { status: fault.status, headers: fault.headers ?? {} });
  }
  const given = await answer();
  if (fault?.cut === "after") return undefined;
  if (fault?.badJson === true) return page("<html>not what you expect</html>", given.status);
  return fault?.without === undefined ? given : lacking(given, fault.without);
}

function page(html: string, status: number, headers: Fault["headers"] = {}): Response {
  return new Response(html, { status, headers: { "content-type": "text/html", ...headers } });
}

/** The same answer without these fields, in each item where it has items. */
async function lacking(given: Response, fields: readonly string[]): Promise<Response> {
  const strip = (record: object) => Object.fromEntries(Object.entries(record).filter(([key]) => !fields.includes(key)));
  const body = (await given.json()) as { readonly items?: readonly object[] };
  const stripped = body.items === undefined ? strip(body) : { ...body, items: body.items.map(strip) };
  return Response.json(stripped, { status: given.status });
}

function jsonOf(text: string): Body {
  if (text === "") return { json: undefined, isBroken: false };
  try {
    return { json: JSON.parse(text) as unknown, isBroken: false };
  } catch {
    return { json: undefined, isBroken: true };
  }
}
