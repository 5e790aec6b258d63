/** The client for the Losant API. It knows nothing of Pulumi. */
export { checkApiUrl, defaultApiUrl } from "./api-url.js";
export { createLosantClient } from "./client.js";
export * from "./errors.js";
export { maxReleaseDevices } from "./requests.js";
export type * from "./types.js";
