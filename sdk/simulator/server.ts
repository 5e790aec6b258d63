/** The HTTP side: paths, queries, bodies, statuses and error bodies as Losant has them. */
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { authenticate, authorize } from "./access.js";
import type { Application, SeedToken } from "./entities.js";
import { NotFound, Refusal } from "./errors.js";
import type { Faults } from "./faults.js";
import { matches } from "./device-query.js";
import * as schemas from "./schemas.js";
import { deploymentView, deviceView, flowView, globMatches, pageOf, versionView } from "./views.js";
import type { ViewOptions } from "./views.js";
import { knownFlow, parsed, release, remove, replace } from "./writes.js";
import type { ReplaceMatches } from "./writes.js";
import type { World } from "./world.js";

export interface ServerOptions extends ViewOptions {
  readonly tokens: readonly SeedToken[];
  readonly writeStatus: 201 | 202;
  readonly desiredDelayMs: number;
  readonly maxPerPage: number;
  readonly replaceMatches: ReplaceMatches;
}

/** One request, as it was asked and answered; never with the token. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Undefined where the connection was cut. */
  readonly status: number | undefined;
  readonly at: string;
}

type Env = { Bindings: HttpBindings; Variables: { body: unknown } };
type Route = (application: Application, context: Context<Env>, token: SeedToken) => object;

export function createServer(world: World, faults: Faults, calls: Call[], options: ServerOptions): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (context, next) => {
    const { method, path } = context.req;
    const text = method === "POST" ? await context.req.text() : "";
    const body = jsonOf(text);
    context.set("body", body.json);
    const record = (status: number | undefined): void => {
      calls.push({ method, path, query: context.req.query(), body: body.json, status, at: new Date().toISOString() });
    };
    const fault = faults.take(method, new URL(context.req.url).pathname + new URL(context.req.url).search);
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.cut === "before") return cut(context, record);
    if (fault?.status !== undefined) {
      record(fault.status);
      return Response.json(fault.body ?? { type: "Simulated", message: `simulated ${fault.status}` }, {
        status: fault.status,
        headers: fault.headers ?? {},
      });
    }
    if (body.broken) throw new Refusal(400, "Validation", "Body is not JSON");
    await next();
    if (fault?.cut === "after") return cut(context, record);
    record(context.res.status);
    if (fault?.badJson) context.res = new Response("<html>not what you expect</html>", { status: 200 });
    return undefined;
  });

  const route = (scope: string, answer: Route) => (context: Context<Env>) => {
    const token = authenticate(options.tokens, context.req.header("authorization"));
    const application = authorize(world, token, context.req.param("applicationId") ?? "", scope);
    return context.json(answer(application, context, token));
  };

  const write = (scope: string, prepare: typeof release) => (context: Context<Env>) => {
    const token = authenticate(options.tokens, context.req.header("authorization"));
    const application = authorize(world, token, context.req.param("applicationId") ?? "", scope);
    const by = { sourceType: token.sourceType, sourceId: token.sourceId };
    const modern = options.writeStatus === 202;
    const effect = prepare(world, application, by, context.get("body"), {
      modern,
      replaceMatches: options.replaceMatches,
    });
    world.after(modern ? options.desiredDelayMs : 0, effect);
    return context.json({ success: true, _type: "success" }, options.writeStatus);
  };

  const base = "/applications/:applicationId";
  app.get(
    base,
    route("application.get", ({ id, name }) => ({ id, applicationId: id, name, _type: "application" })),
  );

  app.get(
    `${base}/edge/deployments`,
    route("edgeDeployments.get", (application, context) => {
      const query = parsed(schemas.deploymentsQuery, context.req.query());
      const { deviceId, flowId, version } = query;
      const rows = [...application.rows.values()].filter(
        (row) =>
          (deviceId === undefined || row.deviceId === deviceId.toLowerCase()) &&
          (flowId === undefined || row.flowId === flowId.toLowerCase()) &&
          (version === undefined || row.desiredVersion === version || row.currentVersion === version) &&
          !(query.filterEmpty === "true" && row.desiredVersion === null && row.currentVersion === null),
      );
      const page = pageOf(rows, query, "lastUpdated", options.maxPerPage);
      return {
        ...page,
        items: page.items.map((row) => deploymentView(application, row, options)),
        applicationId: application.id,
        ...(deviceId === undefined ? {} : { deviceId }),
        ...(flowId === undefined ? {} : { flowId }),
        ...(version === undefined ? {} : { version }),
        _type: "edgeDeployments",
      };
    }),
  );
  app.get(
    `${base}/edge/deployments/:id`,
    route("edgeDeployment.get", (application, context) => {
      parsed(schemas.noQuery, context.req.query());
      const row = [...application.rows.values()].find(({ id }) => id === context.req.param("id"));
      if (!row) throw new NotFound("Edge deployment was not found");
      return deploymentView(application, row, options);
    }),
  );
  app.post(`${base}/edge/deployments/release`, write("edgeDeployments.release", release));
  app.post(`${base}/edge/deployments/replace`, write("edgeDeployments.replace", replace));
  app.post(`${base}/edge/deployments/remove`, write("edgeDeployments.remove", remove));

  app.get(
    `${base}/devices`,
    route("devices.get", (application, context) => {
      const query = parsed(schemas.devicesQuery, context.req.query());
      const all = [...application.devices.values()];
      const chosen =
        query.query === undefined
          ? all.filter(
              (device) =>
                globMatches(query.filter, device.name) &&
                (query["deviceClass"] === undefined || query["deviceClass"] === device.deviceClass),
            )
          : all.filter((device) => matches(jsonOf(query.query).json, device));
      const page = pageOf(chosen, query, "name", options.maxPerPage);
      const items = page.items.map((device) => deviceView(application, device, query));
      return { ...page, items, applicationId: application.id, _type: "devices" };
    }),
  );
  app.get(
    `${base}/devices/:id`,
    route("device.get", (application, context) => {
      const device = application.devices.get(context.req.param("id")?.toLowerCase() ?? "");
      if (!device) throw new NotFound("Device was not found");
      return deviceView(application, device, parsed(schemas.noQuery, context.req.query()));
    }),
  );
  app.get(
    `${base}/flows`,
    route("flows.get", (application, context) => {
      const query = parsed(schemas.flowsQuery, context.req.query());
      // The API's default is the class "cloud", so edge workflows have to be asked for.
      const flowClass = query.flowClass ?? "cloud";
      const flows = [...application.flows.values()].filter(
        (flow) => flow.flowClass === flowClass && globMatches(query.filter, flow.name),
      );
      const page = pageOf(flows, query, "name", options.maxPerPage);
      const items = page.items.map((flow) => flowView(application, flow));
      return { ...page, items, applicationId: application.id, _type: "flows" };
    }),
  );
  app.get(
    `${base}/flows/:flowId`,
    route("flow.get", (application, context) =>
      flowView(application, knownFlow(application, context.req.param("flowId") ?? "")),
    ),
  );
  app.get(
    `${base}/flows/:flowId/versions`,
    route("flowVersions.get", (application, context) => {
      const flow = knownFlow(application, context.req.param("flowId") ?? "");
      const query = parsed(schemas.versionsQuery, context.req.query());
      const versions = [...flow.versions.keys()]
        .filter((version) => globMatches(query.filter, version))
        .map((version) => versionView(application, flow, version));
      const page = pageOf(versions, query, "version", options.maxPerPage);
      return { ...page, applicationId: application.id, flowId: flow.id, _type: "flowVersions" };
    }),
  );
  app.get(
    `${base}/flows/:flowId/versions/:version`,
    route("flowVersion.get", (application, context) => {
      const flow = knownFlow(application, context.req.param("flowId") ?? "");
      const asked = context.req.param("version") ?? "";
      const version = [...flow.versions].find(([name, { id }]) => name === asked || id === asked)?.[0];
      if (version === undefined) throw new NotFound("Flow version was not found");
      return versionView(application, flow, version);
    }),
  );

  app.notFound((context) =>
    context.json({ type: "MethodNotAllowed", message: `${context.req.method} is not allowed` }, 405),
  );
  app.onError((error, context) => {
    const { status, type, message } = error instanceof Refusal ? error : { status: 500, type: "Internal", message: "" };
    return context.json({ type, message }, status as 400);
  });
  return app;
}

/** The connection breaks under the client's feet. */
function cut(context: Context<Env>, record: (status: undefined) => void): Response {
  record(undefined);
  context.env.incoming.socket.destroy();
  return new Response(null, { status: 500 });
}

function jsonOf(text: string | undefined): { json: unknown; broken: boolean } {
  if (text === undefined || text === "") return { json: undefined, broken: false };
  try {
    return { json: JSON.parse(text), broken: false };
  } catch {
    return { json: undefined, broken: true };
  }
}
