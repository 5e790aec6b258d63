/** Where the API is, and which addresses may get the token. [pure] */

/** Losant's own cloud; private installations set `losant:apiUrl`. */
export const defaultApiUrl = "https://api.losant.com";

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
  const { protocol, hostname, search, hash } = new URL(url);
  // Not repeated either: what follows the question mark may be a key.
  if (search !== "" || hash !== "") return `the API URL must not hold a query or a fragment. ${wayOut}`;
  if (protocol === "https:") return undefined;
  if (protocol === "http:" && isLoopback(hostname)) return undefined;
  return `the API URL "${url}" is not https, and the API token would be readable on its way. ${wayOut}`;
}

/** Is this the address of something that runs here, such as a simulator? */
export function isThisMachine(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

function isLoopback(hostname: string): boolean {
  // The URL parser has already brought every spelling of an IPv4 address into four decimal numbers.
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
