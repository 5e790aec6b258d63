/** Where the API is, and which addresses may get the token. [pure] */

/** Losant's own cloud; private installations set `losant:apiUrl`. */
export const defaultApiUrl = "https://api.losant.com";

/** The web pages of Losant's own cloud. Where those of a private installation are is not known. */
export function losantPageOf(apiUrl: string): string | undefined {
  return apiUrl.replace(/\/$/, "") === defaultApiUrl ? "https://app.losant.com" : undefined;
}

const wayOut = 'Set losant:apiUrl (or LOSANT_API_URL) to an address such as "https://api.losant.com".';

/**
 * Why this address cannot be used, in a sentence for the user; `undefined` if it can. The token is sent with each
 * call, hence https, except to this very machine (`localhost`, `127.0.0.0/8`, `::1`). Credentials in the address are
 * refused and never repeated in the sentence.
 */
export function checkApiUrl(url: string): string | undefined {
  // Anything with an @ may hold a password, also where it does not parse.
  if (url.includes("@")) return `the API URL must not hold a user name or a password. ${wayOut}`;
  if (!URL.canParse(url)) return `the API URL "${url}" is not an absolute URL. ${wayOut}`;
  // Not repeated either: what follows the question mark may be a key. An empty query or fragment is none to the parser.
  if (/[?#]/.test(url)) return `the API URL must not hold a query or a fragment. ${wayOut}`;
  // The parser leaves them out, and the person sees another address than is used.
  if (/[\s\p{Cc}\\]/u.test(url))
    return `the API URL ${JSON.stringify(url)} must not hold blanks, line breaks or \\. ${wayOut}`;
  const { protocol, hostname, pathname } = new URL(url);
  if (pathname.includes("//")) return `the API URL "${url}" has an empty part in its path. ${wayOut}`;
  if (protocol === "https:") return undefined;
  if (protocol === "http:" && isLoopback(hostname)) return undefined;
  return `the API URL "${url}" is not https, and the API token would be readable on its way. ${wayOut}`;
}

/** Is this the address of something that runs here, such as a simulator? */
export function isThisMachine(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

/** This very machine. */
export function isLoopback(hostname: string): boolean {
  // The URL parser has already brought every spelling of an IPv4 address into four decimal numbers.
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
