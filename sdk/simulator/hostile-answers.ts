/** Each fault as an answer: what is sent, and whether the call has its effect before. */
import type { ServerResponse } from "node:http";
import type { Fault, StatusFault } from "./faults.js";
import { cutShort, drip, reset, sendPadded, stall, stallInBody } from "./wire.js";

/** How a call is answered: by a whole answer, or by what `send` does to the open connection. */
export type Delivery =
  | { readonly answer: Response }
  | {
      /** As the client sees it; undefined where no headers are sent. */
      readonly status: number | undefined;
      readonly send: (outgoing: ServerResponse) => void;
    };

/** @param answer - gives the call its effect, and the real answer */
export async function deliver(fault: Fault | undefined, answer: () => Promise<Response>): Promise<Delivery> {
  if (fault === undefined) return { answer: await answer() };
  if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
  if ("cut" in fault) {
    if (fault.cut === "after") await answer();
    return { status: undefined, send: reset };
  }
  if ("stall" in fault && fault.stall !== "body") {
    if (fault.stall === "after") await answer();
    return { status: undefined, send: stall };
  }
  if ("redirect" in fault) {
    const headers = { location: fault.redirect };
    return { answer: new Response(null, { status: fault.redirectStatus ?? 307, headers }) };
  }
  if ("status" in fault) {
    if (fault.takesEffect === true) await answer();
    return { answer: otherAnswer(fault) };
  }
  return spoilt(fault, await answer());
}

/** What is left of the real answer. */
async function spoilt(fault: Fault, real: Response): Promise<Delivery> {
  const { status } = real;
  if ("stall" in fault || "dripMs" in fault || "padBytes" in fault || "garbled" in fault) {
    const body = Buffer.from(await real.arrayBuffer());
    const whole = { status, headers: Object.fromEntries(real.headers), body };
    if ("stall" in fault) return { status, send: stallInBody(whole) };
    if ("dripMs" in fault) return { status, send: drip(whole, fault.dripMs) };
    if ("padBytes" in fault) return { status, send: sendPadded(whole, fault.padBytes, fault.gzip ?? false) };
    if (fault.garbled === "truncated") return { status, send: cutShort(whole) };
    if (fault.garbled === "html") return { answer: page(PROXY_PAGE, status) };
    const texts = {
      cutJson: body.toString().slice(0, body.length / 2),
      empty: "",
      null: "null",
      wrongShape: '{"data":[[1,"two",null]]}',
    };
    return { answer: new Response(texts[fault.garbled], { status, headers: { "content-type": "application/json" } }) };
  }
  if ("badJson" in fault) return { answer: page(PROXY_PAGE, status) };
  return { answer: "without" in fault ? await withoutFields(real, fault.without) : real };
}

const PROXY_PAGE = "<html>not what you expect</html>";

function otherAnswer({ status, body, headers, retryAfter }: StatusFault): Response {
  const sent = {
    ...headers,
    ...(retryAfter === undefined
      ? {}
      : { "retry-after": retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter) }),
  };
  if (typeof body === "string") return page(body, status, sent);
  return Response.json(body ?? { type: "Simulated", message: `simulated ${status}` }, { status, headers: sent });
}

function page(html: string, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(html, { status, headers: { "content-type": "text/html", ...headers } });
}

async function withoutFields(real: Response, fields: readonly string[]): Promise<Response> {
  const strip = (record: object) => Object.fromEntries(Object.entries(record).filter(([key]) => !fields.includes(key)));
  const body = (await real.json()) as { readonly items?: readonly object[] };
  const stripped = body.items === undefined ? strip(body) : { ...body, items: body.items.map(strip) };
  return Response.json(stripped, { status: real.status });
}
