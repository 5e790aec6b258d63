/** A program's run without the CLI: Pulumi's own test mode, against a real simulator. */
import * as pulumi from "@pulumi/pulumi";
import type { Simulator } from "pulumi-losant/simulator";

/** Each call is a new run of a program: what an earlier one remembered is forgotten. */
export function beginProgram(config: Readonly<Record<string, string>>, preview = false): void {
  void pulumi.runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }), call: ({ inputs }) => inputs },
    "plant",
    "test",
    preview,
  );
  pulumi.runtime.setAllConfig({ ...config });
}

export function settingsOf(simulator: Simulator, applicationId: string, token: string): Record<string, string> {
  return {
    "losant:apiUrl": simulator.url,
    "losant:apiToken": token,
    "losant:applicationId": applicationId,
  };
}

/** The message of what is thrown; fails the test where nothing is. */
export async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was thrown");
}

/** The value of an output; "unknown" where it is not known. */
export async function settled<T>(output: pulumi.Output<T>): Promise<T | "unknown"> {
  const inner = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
  return (await inner.isKnown) ? inner.promise() : "unknown";
}

/** An output that no preview knows. */
export function unknown(): pulumi.Output<string> {
  return pulumi.output((pulumi as unknown as { unknown: string }).unknown);
}

/** `GET devices 2`: how often what was asked since the last look, by the last part of the path. */
export function asked(simulator: Simulator): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of simulator.calls) {
    const what = path.split("/").at(-1) ?? "";
    counts[what] = (counts[what] ?? 0) + 1;
  }
  simulator.clearCalls();
  return counts;
}
