/** The page begins here: it shows the status that it holds, or asks its server for one. */
import { render } from "preact";
import type { FleetStatus } from "../fleet-status.js";
import { App } from "./app.js";
import { LiveApp } from "./live-app.js";

const data = document.querySelector("#status");
const root = document.querySelector("#app");
if (root !== null) {
  render(data === null ? <LiveApp /> : <App status={JSON.parse(data.textContent ?? "") as FleetStatus} />, root);
}
