/** `pulumi-losant doctor`: one line for each thing that a deployment needs, with the way out where it is wrong. */
import { isLosantId } from "../../provider/losant/ids.js";
import { createLosantClient } from "../../provider/losant/index.js";
import { settingsFrom, tokenFor } from "../../provider/settings.js";
import { addressCheck, cliCheck, nodeCheck, proxyCheck, scopeChecks } from "./doctor-checks.js";
import type { Check } from "./doctor-checks.js";

const SIGNS = { good: "ok     ", bad: "wrong  ", unknown: "unknown" } as const;

/**
 * @param show - gets each line as soon as it is known
 * @returns whether nothing is wrong
 */
export async function doctor(
  { application }: { readonly application?: string },
  show: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  let isWell = true;
  const say = ({ state, text }: Check): void => {
    isWell &&= state !== "bad";
    show(`${SIGNS[state]}  ${text}`);
  };
  const settings = settingsFrom(
    () => undefined,
    (name) => env[name],
  );
  say(nodeCheck(process.versions.node));
  say(await cliCheck(env));
  say(proxyCheck(env));
  for (const problem of settings.problems) say({ state: "bad", text: problem });
  if (settings.problems.length > 0) return isWell;
  say(await addressCheck(settings.apiUrl, Date.now));
  const applicationId = application ?? settings.applicationId;
  if (applicationId === undefined || !isLosantId(applicationId)) {
    say({
      state: "bad",
      text: "no application: give --application <id>, or set LOSANT_APPLICATION_ID. The token cannot be tried without it.",
    });
    return isWell;
  }
  const token = tokenFor(settings, applicationId);
  if (typeof token !== "string") {
    say({ state: "bad", text: "no token: set LOSANT_API_TOKEN to an application API token." });
    return isWell;
  }
  const client = createLosantClient({ apiUrl: settings.apiUrl, apiToken: token, totalTimeoutMs: 20_000 });
  for (const check of scopeChecks(client, applicationId)) say(await check());
  say({
    state: "unknown",
    text: "scopes edgeDeployments.release, .replace and .remove: they cannot be tried without a change. `pulumi up` needs the first, and the others for moves and removals.",
  });
  return isWell;
}
