/** `pulumi-losant status`: reads Losant and, where stacks are given, their states; shows what runs where. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { actorNamesBy } from "../../provider/lookup/actor-names.js";
import { readApplicationFleet } from "../../provider/lookup/application-fleet.js";
import { createCommandLookup } from "../../provider/lookup/command-lookup.js";
import type { LookupContext } from "../../provider/lookup/context.js";
import { UserError } from "../../provider/lookup/user-error.js";
import { isLosantId, notAnId } from "../../provider/losant/ids.js";
import type { Actors } from "../../provider/messages/actors.js";
import { silent } from "../../provider/messages/log.js";
import { settingsFrom } from "../../provider/settings.js";
import type { Settings } from "../../provider/settings.js";
import { quoteValue } from "../../provider/words.js";
import { PipelineError } from "../pipeline/report/pipeline-error.js";
import { redactor } from "../pipeline/report/token-redactor.js";
import { runFailureOf } from "../pipeline/run/run-failure.js";
import { exportedState } from "../pipeline/run/run-stack.js";
import type { FleetStatus } from "../status/fleet-status.js";
import { toStatusHtml } from "../status/html.js";
import { ownersIn } from "../status/owners.js";
import type { Owners } from "../status/owners.js";
import { withActors } from "../status/actors.js";
import { fleetStatusOf } from "../status/status-of.js";
import { checkTarget, isStdout, writeText } from "./output.js";
import type { Target } from "./output.js";
import { paintFor } from "./paint.js";
import { selectStacks } from "./stacks.js";
import { statusTable } from "./status-table.js";
import { UsageError } from "./usage-error.js";

export interface StatusOptions {
  readonly stack?: readonly string[];
  readonly cwd: string;
  readonly application?: readonly string[];
  readonly flow?: string;
  readonly json?: Target;
  readonly html?: Target;
  readonly all?: boolean;
}

/** Reads, and writes what is asked for; the table too, unless something else goes to stdout. */
export async function status(options: StatusOptions): Promise<void> {
  const { stack = [], cwd, application = [], flow, json, html, all } = options;
  checkTarget("--json", json);
  checkTarget("--html", html);
  if (isStdout(json) && isStdout(html))
    throw new UsageError("--json and --html cannot both go to stdout: give one of them a file");
  const asked = application.map((id) => losantId("--application", id, "application"));
  const flowId = flow === undefined ? undefined : losantId("--flow", flow, "workflow");

  const found = await readStatus({ stacks: await selectStacks(stack, cwd), asked, flowId });
  if (json !== undefined) writeText(json, `${JSON.stringify(found, undefined, 2)}\n`);
  if (html !== undefined) writeText(html, toStatusHtml(await template(), found));
  if (isStdout(json) || isStdout(html)) return;
  process.stdout.write(
    statusTable(found, { now: new Date(), paint: paintFor(process.stdout), ...(all === true ? { all } : {}) }),
  );
}

/**
 * The page of what runs where, after a run. The run's own report and exit code count: a page that cannot be made is only
 * complained of.
 */
export async function writeStatusPage(stacks: readonly Stack[], target: Target): Promise<void> {
  try {
    const found = await readStatus({ stacks, asked: [] });
    writeText(target, toStatusHtml(await template(), found));
  } catch (error) {
    const reason = redactor(process.env)(error instanceof Error ? error.message : String(error));
    process.stderr.write(`pulumi-losant: --html: the page of what runs where was not written: ${reason}\n`);
  }
}

async function template(): Promise<string> {
  const { pageTemplate } = await import("../status/template.js");
  return pageTemplate;
}

interface Asked {
  readonly stacks: readonly Stack[];
  readonly asked: readonly string[];
  readonly flowId?: string;
}

async function readStatus({ stacks, asked, flowId }: Asked): Promise<FleetStatus> {
  const known = await Promise.all(stacks.map(factsOf));
  const environment = settingsFrom(
    () => undefined,
    (name) => process.env[name],
  );
  const owners: Owners | undefined =
    known.length === 0
      ? undefined
      : {
          owners: known.flatMap((one) => one.owners.owners),
          applicationIds: known.flatMap((one) => one.owners.applicationIds),
          notes: known.flatMap((one) => one.owners.notes),
        };
  const places = placesOf(known, known[0]?.settings ?? environment, asked);
  try {
    const lookups = new Map([...places].map(([id, settings]) => [id, createCommandLookup(settings)]));
    const applications = await Promise.all(
      [...lookups].map(([id, lookup]) => readApplicationFleet(lookup, id, flowId)),
    );
    const names = stacks.map(({ name }) => name);
    const found = fleetStatusOf({ applications, flowId, stacks: names, owners, now: new Date() });
    return withActors(found, await actorsOfDrift(found, lookups));
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}

/** By application. Nothing is asked where nothing has drifted. */
async function actorsOfDrift(
  { applications }: FleetStatus,
  lookups: ReadonlyMap<string, LookupContext>,
): Promise<ReadonlyMap<string, Actors>> {
  const found = await Promise.all(
    applications.map(async ({ id, devices }) => {
      const drifted = devices.flatMap(({ cells }) => cells.filter(({ state }) => state === "drifted"));
      const movers = drifted.flatMap(({ by }) => by ?? []);
      const client = movers.length === 0 ? undefined : await lookups.get(id)?.client(id);
      return client === undefined ? [] : [[id, await actorNamesBy(client, silent).of(id, movers)] as const];
    }),
  );
  return new Map(found.flat());
}

interface StackFacts {
  readonly settings: Settings;
  readonly owners: Owners;
}

/** @throws PipelineError where the stack cannot be read */
async function factsOf(stack: Stack): Promise<StackFacts> {
  try {
    const [config, state] = await Promise.all([stack.getAllConfig(), exportedState(stack)]);
    return {
      settings: settingsFrom(
        (key) => config[key]?.value,
        (name) => process.env[name],
      ),
      owners: ownersIn(JSON.parse(state), stack.name),
    };
  } catch (error) {
    throw new PipelineError(runFailureOf(error, stack.name, redactor(process.env)));
  }
}

/** Which applications are meant, and the settings for each: those of the stack that deploys there. */
function placesOf(known: readonly StackFacts[], fallback: Settings, asked: readonly string[]): Map<string, Settings> {
  const places = new Map<string, Settings>();
  const add = (id: string, settings: Settings): void => {
    if (!places.has(id.toLowerCase())) places.set(id.toLowerCase(), settings);
  };
  for (const { owners, settings } of known)
    for (const applicationId of owners.applicationIds) add(applicationId, settings);
  for (const { settings } of known.length > 0 ? known : [{ settings: fallback }]) {
    if (settings.applicationId !== undefined) {
      add(losantId("losant:applicationId", settings.applicationId, "application"), settings);
    }
  }
  if (asked.length > 0) return new Map(asked.map((id) => [id, places.get(id) ?? fallback]));
  if (places.size > 0) return places;
  throw new UsageError(
    "which application? Give --application <id>, or --stack <name>, or set the environment variable LOSANT_APPLICATION_ID",
  );
}

function losantId(option: string, value: string, what: string): string {
  if (isLosantId(value)) return value.toLowerCase();
  throw new UsageError(`${option}: ${notAnId(quoteValue(value), what)}`);
}
