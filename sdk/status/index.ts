/** What `npm run simulator` needs to show its fleet. */
export { toStatusHtml } from "./html.js";
export { fleetStatusOf } from "./status-of.js";
export { pageTemplate } from "./template.js";
