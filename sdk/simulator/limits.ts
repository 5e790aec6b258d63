/** What is refused before it is a call: requests from web pages, and bodies of any size. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/** The largest body that Losant documents, a release of 1000 devices, takes 30 KB. */
export const MAX_BODY_BYTES = 1 << 20;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * 403 unless the request names this machine. A web page can give a name of its own the address 127.0.0.1 (DNS
 * rebinding), and the browser then takes the simulator for a part of that page; the name stays in `Host`.
 */
export const loopbackOnly: MiddlewareHandler = async (context, next) => {
  const host = context.req.header("host") ?? "";
  const isLocal = [context.req.url, `http://${host}`].every((url) => LOOPBACK.test(hostnameOf(url)));
  if (isLocal) return next();
  const message = `The simulator serves this machine only: ask for 127.0.0.1 or localhost, not ${host}`;
  return context.json({ type: "Forbidden", message }, 403);
};

/** 413 for a body that is too large, before it is read, or once it gets too large where its length is not announced. */
export const limitedBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (context) => {
    const message = `Request entity too large: more than ${MAX_BODY_BYTES} bytes`;
    // What the client still sends is not read.
    return context.json({ type: "RequestEntityTooLarge", message }, 413, { connection: "close" });
  },
});

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
