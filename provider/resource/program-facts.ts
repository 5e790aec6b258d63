/**
 * What one run of a program tells the plugin process: who declares which device, and who owned it before.
 *
 * Pulumi shows a provider one resource at a time, in an order of its own, and never the resources that a command leaves
 * out (`--target`). A device that goes from one resource to another must not stop in between, so the provider has to
 * know what the others declare. Only the program knows that.
 *
 * The program writes what it learns into a file of the run, a line of JSON a fact, and never changes a line. Each
 * registration carries the path of that file in one input, `__program`. `check` takes the input out again, so it reaches
 * neither the state nor a diff, and its size does not grow with the number of devices. Pure.
 */
import * as z from "zod";

/** The input that carries a {@link Registration}. */
export const PROGRAM_INPUT = "__program";

/** One resource, as its program registers it. */
export interface Registration {
  /** Path of the file with the facts of this run. */
  readonly run: string;
  /** Tells the registrations of one run apart. */
  readonly self: string;
  /** The name of the resource in the program. */
  readonly name: string;
  /** Inputs that the program asks Pulumi to ignore. */
  readonly ignoreChanges?: readonly string[];
  /** Inputs whose values are secret: no message shows them. */
  readonly secret?: readonly string[];
  /** The devices keep the flow when the resource is deleted. */
  readonly retainOnDelete?: boolean;
  /** The name of the EdgeDeploymentSet that the resource is a member of. */
  readonly set?: string;
}

const ids = z.array(z.string());

/** A registration declares these devices for the flow. The last line of a registration stands. */
const declared = z.object({
  fact: z.literal("declared"),
  self: z.string(),
  name: z.string(),
  applicationId: z.string(),
  flowId: z.string(),
  deviceIds: ids,
});

/** A registration whose flow or devices the program does not know yet: they are outputs of other resources. */
const unknown = z.object({ fact: z.literal("unknown"), self: z.string(), name: z.string() });

/** What the stack's last state shows of one resource. */
const owned = z.object({
  fact: z.literal("owned"),
  /** The physical id. */
  id: z.string(),
  name: z.string(),
  applicationId: z.string(),
  flowId: z.string(),
  /** Its `deviceIds`. */
  deviceIds: ids,
  /** Devices it still owns without declaring them: leaving, or handed over and not taken. */
  others: ids,
  /** Who its writes are logged as by Losant. */
  writer: z.string().optional(),
});

/** The stack that the program runs for, as `--stack` takes it. */
const stack = z.object({ fact: z.literal("stack"), name: z.string() });

const fact = z.discriminatedUnion("fact", [declared, unknown, owned, stack]);

export type DeclaredFact = z.infer<typeof declared>;
export type OwnedFact = z.infer<typeof owned>;
export type ProgramFact = z.infer<typeof fact>;

const registration = z.object({
  run: z.string().min(1),
  self: z.string().min(1),
  name: z.string(),
  ignoreChanges: ids.optional(),
  secret: ids.optional(),
  retainOnDelete: z.boolean().optional(),
  set: z.string().optional(),
});

/** @throws Error where the input was not written by this package */
export function registrationIn(value: unknown): Registration | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = registration.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${PROGRAM_INPUT} is reserved for pulumi-losant itself: leave it out of the arguments`);
}

export function factLine(value: ProgramFact): string {
  return `${JSON.stringify(value)}\n`;
}

/** @throws Error where a line is not a fact */
export function factsIn(text: string): ProgramFact[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => fact.parse(JSON.parse(line)));
}
