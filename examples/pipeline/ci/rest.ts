/** Calls of a REST API: time limits, pages, and errors without a token. */

export interface Api {
  /** Without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const PAGE = 100;
const MOST_PAGES = 100;

/** A call that may run twice is made again where the server is busy. */
export async function call<T>(
  api: Api,
  method: "GET" | "POST" | "PATCH" | "PUT",
  path: string,
  body?: object,
): Promise<T> {
  const attempts = method === "POST" ? 1 : 3;
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: { ...api.headers, "content-type": "application/json", "user-agent": "losant-pipeline" },
      // The token goes to this host alone.
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return (await response.json()) as T;
    const said = (await response.text()).slice(0, 300);
    if (response.status < 500 || attempt === attempts) throw new Error(`${method} ${path}: ${response.status} ${said}`);
  }
}

/** Every entry of a list, whatever its length. */
export async function all<T>(api: Api, path: string): Promise<T[]> {
  const entries: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = await call<T[]>(api, "GET", `${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`);
    entries.push(...found);
    if (found.length < PAGE) return entries;
  }
  throw new Error(`GET ${path}: more than ${PAGE * MOST_PAGES} entries`);
}
