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
  for (const problem of settings.problems) say({ state: "bad", text: problem });
  if (settings.problems.length > 0) return isWell;
  say(proxyCheck(settings.apiUrl, env));
  const address = await addressCheck(settings.apiUrl, env, Date.now);
  say(address);
  const applicationId = application ?? settings.applicationId;
  const hasApplication = applicationId !== undefined && isLosantId(applicationId);
  const token = tokenFor(settings, applicationId ?? "");
  if (!hasApplication) {
    say({
      state: "bad",
      text: "no application: give --application <id>, or set LOSANT_APPLICATION_ID. The token cannot be tried without it.",
    });
  }
  if (typeof token !== "string") {
    say({ state: "bad", text: "no token: set LOSANT_API_TOKEN to an application API token." });
  }
  if (!hasApplication || typeof token !== "string") return isWell;
  if (!address.answers) {
    say({ state: "unknown", text: "the scopes of the token: they cannot be tried before the address answers." });
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
