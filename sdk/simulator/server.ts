/** The HTTP side: JSON in and out, errors and faults as answers, and a record of all calls. */
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import type { Context } from "hono";
import { authenticate, authorize, authorizeAccount } from "./access.js";
import type { ForeignToken } from "./access.js";
import type { Backend } from "./backend.js";
import type { CallLog } from "./calls.js";
import { deploymentRoutes } from "./deployment-routes.js";
import type { DeploymentOptions } from "./deployment-routes.js";
import { deviceRoutes } from "./device-routes.js";
import { BadRequest, HttpError } from "./errors.js";
import type { Fault, FaultedCall, Faults } from "./faults.js";
import { flowRoutes } from "./flow-routes.js";
import { versionErrorRoutes } from "./version-error-routes.js";
import { versionRunRoutes } from "./version-run-routes.js";
import { deliver } from "./hostile-answers.js";
import { limitedBody, loopbackOnly } from "./limits.js";
import { organizationRoutes, tokenRoutes } from "./people-routes.js";
import type { PeopleOptions } from "./people-routes.js";
import { parseQueryString } from "./query-string.js";
import { createOperationFinder, applicationPathOf } from "./routes.js";
import type { AccountRoute, Route, RouteRequest } from "./routes.js";
import type { Site } from "./simulator.js";

export interface ServerOptions extends DeploymentOptions, PeopleOptions {
  readonly foreignToken: ForeignToken;
  /** The time, in milliseconds. */
  readonly clock: () => number;
  readonly site?: Site;
}

type Env = { Bindings: HttpBindings; Variables: { body: Body; fault: Fault | undefined } };
type Body = { readonly json: unknown; readonly isBroken: boolean };

export function createServer(backend: Backend, faults: Faults, calls: CallLog, options: ServerOptions): Hono<Env> {
  const app = new Hono<Env>();
  const routes = [
    ...deploymentRoutes(backend, options),
    ...deviceRoutes(options.maxPerPage),
    ...flowRoutes(options.maxPerPage),
    ...versionErrorRoutes(options.clock),
    ...versionRunRoutes(options.clock),
    ...tokenRoutes(options),
  ];
  const account = organizationRoutes(options);
  const operationOf = createOperationFinder(routes, account);

  app.use(loopbackOnly, limitedBody);
  app.use(async (context, next) => (await options.site?.(context.req.raw)) ?? next());
  app.use(async (context, next) => {
    const { method, path } = context.req;
    const body = parseBody(await context.req.text());
    context.set("body", body);
    const call = { method, path, query: context.req.query(), body: body.json };
    await calls.arrive(call);
    const fault = faults.take(faultedCall(method, new URL(context.req.url)));
    context.set("fault", fault);
    const delivery = await deliver(fault, async () => {
      await next();
      return context.res;
    });
    const isWhole = "answer" in delivery;
    const status = isWhole ? delivery.answer.status : delivery.status;
    calls.answer({ ...call, status, at: new Date(options.clock()).toISOString() });
    if (!isWhole) delivery.send(context.env.outgoing);
    const answer = isWhole ? delivery.answer : RESPONSE_ALREADY_SENT;
    if (context.finalized && context.res === answer) return;
    // Hono would add the headers of the answer before.
    context.res = undefined;
    context.res = answer;
  });

  for (const route of routes) app.on(route.method, applicationPathOf(route), (context) => answerOf(route, context));
  for (const route of account) app.on(route.method, route.path, (context) => accountAnswerOf(route, context));
  // What the live API says of a path that does not exist, too.
  app.notFound((context) =>
    context.json({ type: "MethodNotAllowed", message: `${context.req.method} is not allowed` }, 405),
  );
  app.onError((error, context) => {
    if (error instanceof HttpError) return context.json({ type: error.type, message: error.message }, error.status);
    return context.json({ type: "Internal", message: `the simulator has failed: ${error.message}` }, 500);
  });
  return app;

  function faultedCall(method: string, { pathname, search, searchParams }: URL): FaultedCall {
    const operation = operationOf(method, pathname);
    const page = operation?.startsWith("list") === true ? Number(searchParams.get("page") ?? 0) : undefined;
    return { method, operation, pathAndQuery: pathname + search, page };
  }

  function answerOf(route: Route, context: Context<Env>): Response {
    const token = authenticate(options.tokens, context.req.header("authorization"));
    const applicationId = context.req.param("applicationId") ?? "";
    const application = authorize(backend.applications, token, applicationId, route.scope, options.foreignToken);
    const { json, isBroken } = context.get("body");
    if (isBroken) throw new BadRequest("Body is not JSON");
    const answer = route.answer({
      application,
      by: { sourceType: token.sourceType, sourceId: token.sourceId },
      body: json,
      param: (name) => context.req.param(name) ?? "",
      ...asked(context),
    });
    return context.json({ ...answer, ...linksOf(context) }, route.status ?? 200);
  }

  function accountAnswerOf(route: AccountRoute, context: Context<Env>): Response {
    authorizeAccount(authenticate(options.tokens, context.req.header("authorization")), route.scope);
    return context.json({ ...route.answer(asked(context)), ...linksOf(context) }, route.status ?? 200);
  }
}

function asked(context: Context<Env>): Pick<RouteRequest, "query" | "listingFault"> {
  const fault = context.get("fault");
  const query = parseQueryString(new URL(context.req.url).search);
  return { query, ...(fault && "listing" in fault ? { listingFault: fault.listing } : {}) };
}

function linksOf(context: Context<Env>): object {
  const { pathname, searchParams } = new URL(context.req.url);
  return searchParams.get("_links") === "false" ? {} : { _links: { self: { href: pathname } } };
}

function parseBody(text: string): Body {
  if (text === "") return { json: undefined, isBroken: false };
  try {
    return { json: JSON.parse(text) as unknown, isBroken: false };
  } catch {
    return { json: undefined, isBroken: true };
  }
}
