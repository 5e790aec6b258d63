/** Which proxy the calls go by: the environment's variables, read as curl reads them. [pure] */
import { isLoopback } from "./api-url.js";

type Env = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  /** With user and password, if it has them. For the connection only. */
  readonly url: string;
  /** `proxy.example.com:3128`, for messages. */
  readonly shown: string;
}

const NAMES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * The first of `https_proxy`, `HTTPS_PROXY`, `all_proxy` and `ALL_PROXY` that is set, unless `no_proxy` or `NO_PROXY` names
 * the host. Plain http is for this machine only, which is never reached by a proxy.
 *
 * @returns undefined: no proxy; a text: why the proxy cannot be used, with the way out
 */
export function proxyFor(apiUrl: string, env: Env, nodeVersion: string): Proxy | string | undefined {
  const { protocol, hostname } = new URL(apiUrl);
  const name = NAMES.find((candidate) => (env[candidate] ?? "").trim() !== "");
  if (protocol !== "https:" || isLoopback(hostname) || name === undefined) return undefined;
  if (isExcluded(hostname, env["no_proxy"] ?? env["NO_PROXY"] ?? "")) return undefined;
  const value = (env[name] ?? "").trim();
  const url = value.includes("://") ? value : `http://${value}`;
  // The value may hold a password, so no message repeats it.
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return `${name} is not the address of a proxy: give one such as http://proxy.example.com:3128, or name the host in NO_PROXY.`;
  }
  if (!canUseProxies(nodeVersion)) {
    return `${name} is set, and Node ${nodeVersion} cannot use a proxy: use Node 22.21 or newer of 22, or 24.5 or newer, or name the host in NO_PROXY.`;
  }
  return { url, shown: new URL(url).host };
}

/** `*`, hosts, and domains with all that is below them; a leading dot makes no difference. */
function isExcluded(host: string, list: string): boolean {
  const entries = list
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^\*?\./, "").toLowerCase())
    .filter(Boolean);
  return entries.some((entry) => entry === "*" || host === entry || host.endsWith(`.${entry}`));
}

/** `proxyEnv` of Node's agents: an older Node ignores it. */
function canUseProxies(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, "").split(".").map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}
