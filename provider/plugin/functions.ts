/** The functions of the plugin, by their tokens: the same look-ups that a TypeScript program has. */
import { findEdgeDeployment, findEdgeDeployments } from "../lookup/deployments.js";
import { findDevices } from "../lookup/devices.js";
import type { LookupContext } from "../lookup/context.js";
import { UserError } from "../lookup/user-error.js";
import { findEdgeWorkflow } from "../lookup/workflow.js";
import type { GetEdgeDeploymentArgs } from "../lookup/types.js";
import type { createLookup } from "./lookup.js";
import type { Plain } from "./wire.js";

type Run = (lookup: LookupContext, args: Plain) => Promise<object>;

interface PluginFunction {
  /** Deployments change while a program runs; devices and workflows are read once. */
  readonly memory: "shared" | "fresh";
  readonly run: Run;
}

export const FUNCTIONS: Readonly<Record<string, PluginFunction>> = {
  "losant:index:getDevices": {
    memory: "shared",
    run: (lookup, args) => findDevices(lookup, "getDevices", args),
  },
  "losant:index:getEdgeWorkflow": {
    memory: "shared",
    run: (lookup, args) => findEdgeWorkflow(lookup, args),
  },
  "losant:index:getEdgeDeployments": {
    memory: "fresh",
    run: (lookup, args) => findEdgeDeployments(lookup, args),
  },
  "losant:index:getEdgeDeployment": {
    memory: "fresh",
    run: (lookup, args) => findEdgeDeployment(lookup, args as unknown as GetEdgeDeploymentArgs),
  },
};

/**
 * @returns the result, or what is wrong with the call
 * @throws Error for a function that does not exist
 */
export async function runFunction(
  token: string,
  args: Plain,
  lookup: ReturnType<typeof createLookup>,
): Promise<{ readonly result: Plain } | { readonly failure: string }> {
  const found = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : undefined;
  if (found === undefined)
    throw new Error(`there is no function ${token}: there are ${Object.keys(FUNCTIONS).join(", ")}`);
  // Languages without optional arguments send null.
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
  try {
    return { result: { ...(await found.run(lookup(found.memory), given)) } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { failure: error.message };
  }
}
