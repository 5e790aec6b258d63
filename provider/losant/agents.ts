/** How connections to Losant are made: kept for a moment, and by the proxy that `proxyFor` found. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Proxy } from "./proxy.js";

/** Connections at a time: enough for some parallel listings, and no burst on an API with unknown limits. */
const MAX_SOCKETS = 16;
/** How long an unused connection is kept, in milliseconds. Shorter than servers keep it, so that no write uses a closed one. */
const IDLE_MS = 4000;
export function agentsBy(proxy: Proxy | undefined): { readonly http: HttpAgent; readonly https: HttpsAgent } {
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    timeout: IDLE_MS,
    // Without it, Node's own switch NODE_USE_ENV_PROXY would decide, which knows nothing of curl's rules.
    proxyEnv: proxy === undefined ? {} : { HTTPS_PROXY: proxy.url },
  };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}
