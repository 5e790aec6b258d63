/**
 * The resources that the program registers, and what it sends about them to the plugin process.
 *
 * A registration carries the path of the run's file (`provider/resource/program-facts.ts`). It is sent when the program is idle:
 * its synchronous part is over, and none of our own look-ups is pending. By then it is known what the program's other
 * resources declare. A registration never waits for outputs of other resources, which may wait for this registration, nor
 * for promises of the user. What has not settled is reported as unknown, and as declared when it settles.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { LosantId } from "../../provider/losant/types.js";
import type {
  PROGRAM_INPUT as ProgramInput,
  ProgramFact,
  Registration,
} from "../../provider/resource/program-facts.js";
import { userError } from "./user-error.js";
import type { PreviousResource, PreviousState } from "./previous-state.js";
import type { RunFile } from "./run-file.js";

export interface Declaration {
  readonly applicationId: LosantId;
  readonly flowId: LosantId;
  readonly deviceIds: ReadonlySet<LosantId>;
}

/** One resource of the program, as far as it is known; more becomes known while the program runs. */
export interface Registered {
  /** Tells the registrations of one run apart. */
  readonly self: string;
  readonly name: string;
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  /** The name of the EdgeDeploymentSet that it is a member of. */
  readonly set?: string;
  /** Inputs whose values are secret; complete when `settled` has ended. */
  readonly secret: Set<string>;
  /** Ends with the inputs of the resource, which Pulumi waits for too before it registers it. */
  settled?: Promise<void>;
  /** The flow, also where the devices are not known: `<applicationId>/<flowId>` in lower case. */
  flowKey?: string;
  declaration?: Declaration;
  /** When the declaration became known, in steps of the run. */
  declaredAt?: number;
  /** When the registration was sent, in steps of the run: the provider knows what was declared before that. */
  sentAt?: number;
  /** The URN and the earlier ones, once Pulumi knows the resource; undefined if it never does. */
  urns?: Promise<readonly string[] | undefined>;
}

export interface Registrations {
  readonly all: readonly Registered[];
  add(name: string, options: pulumi.CustomResourceOptions | undefined, set?: string): Registered;
  /** A resource that is only looked up (`get`): it owns nothing. */
  addLookup(name: string): void;
  declare(registered: Registered, declaration: Declaration): void;
  /** What the resource passes to the plugin. Empty without an engine: unit tests with Pulumi's mocks see no such input. */
  input(registered: Registered): { readonly [PROGRAM_INPUT]?: Promise<Registration> };
  /** The same for the rollout of an EdgeDeploymentSet, which declares nothing. @param secret - the inputs that are */
  inputOfSet(name: string, secret: Promise<readonly string[]>): { readonly [PROGRAM_INPUT]?: Promise<Registration> };
  /** Writes down what is known, also where no resource is registered: the plugin may see only deletes. */
  publish(): Promise<void>;
  /** Resources of the last state that this stack manages; those that a program only looked up are left out. */
  managed(state: PreviousState): readonly PreviousResource[];
}

/** The same as `PROGRAM_INPUT` of the provider, which is not loaded here because it would delay every program. */
const PROGRAM_INPUT: typeof ProgramInput = "__program";

export interface RegistrationsOptions {
  /** The address of the engine; undefined without one, and then there is no plugin process either. */
  readonly engine: () => string | undefined;
  /** Ends when the program is idle. */
  readonly whenIdle: () => Promise<void>;
  readonly previousState: () => Promise<PreviousState | undefined>;
  /** The stack, as `--stack` takes it. */
  readonly stack?: () => string;
}

export function createRegistrations({ engine, whenIdle, previousState, stack }: RegistrationsOptions): Registrations {
  const all: Registered[] = [];
  const lookups = new Set<string>();
  const written = new Map<Registered, "unknown" | "declared">();
  let file: RunFile | undefined;
  let loading: Promise<RunFile> | undefined;
  let state: PreviousState | undefined;
  let step = 0;

  const writeFacts = (): void => {
    if (file === undefined) return;
    const facts = all.flatMap((registered): ProgramFact[] => {
      const { self, name, declaration } = registered;
      const what = declaration === undefined ? "unknown" : "declared";
      if (written.get(registered) === what) return [];
      written.set(registered, what);
      if (declaration === undefined) return [{ fact: "unknown", self, name }];
      const { applicationId, flowId, deviceIds } = declaration;
      return [{ fact: "declared", self, name, applicationId, flowId, deviceIds: [...deviceIds].toSorted() }];
    });
    file.append(facts);
  };

  const openFile = async (): Promise<RunFile> => {
    const [{ createRunFile }, known] = await Promise.all([import("./run-file.js"), previousState()]);
    await whenIdle();
    const created = createRunFile(engine() ?? "");
    state = known;
    if (stack !== undefined) created.append([{ fact: "stack", name: stack() }]);
    created.append(state === undefined ? [] : managed(state).map(ownedFact));
    for (const registered of all) {
      if (registered.declaration !== undefined) setDeclaration(registered, registered.declaration);
    }
    file = created;
    return created;
  };

  const send = async (registered: Registered): Promise<Registration> => {
    loading ??= openFile();
    const [{ path }] = await Promise.all([loading, registered.settled]);
    await whenIdle();
    writeFacts();
    registered.sentAt = ++step;
    const { self, name, ignoreChanges, retainOnDelete, secret, set } = registered;
    return {
      run: path,
      self,
      name,
      ...(ignoreChanges.length === 0 ? {} : { ignoreChanges }),
      ...(secret.size === 0 ? {} : { secret: [...secret].toSorted() }),
      ...(retainOnDelete ? { retainOnDelete } : {}),
      ...(set === undefined ? {} : { set }),
    };
  };

  const sendOfSet = async (name: string, known: Promise<readonly string[]>): Promise<Registration> => {
    loading ??= openFile();
    const [{ path }, secret] = await Promise.all([loading, known]);
    await whenIdle();
    writeFacts();
    return { run: path, self: `${name}#set`, name, ...(secret.length === 0 ? {} : { secret }) };
  };

  /** For inputs that the program asks Pulumi to ignore, Pulumi uses those of the last state. */
  const effective = (registered: Registered, declaration: Declaration): Declaration => {
    const ignored = ["applicationId", "flowId", "deviceIds"].filter((input) => isIgnored(registered, input));
    if (ignored.length === 0 || state === undefined) return declaration;
    // The URN is not known before Pulumi has registered the resource.
    const [last, ...others] = state.resources.filter(({ name }) => name === registered.name);
    if (last === undefined || others.length > 0) return declaration;
    const { applicationId, flowId, deviceIds } = last.saved.inputs;
    const before = { applicationId, flowId, deviceIds: new Set(deviceIds) };
    return { ...declaration, ...Object.fromEntries(Object.entries(before).filter(([name]) => ignored.includes(name))) };
  };

  const setDeclaration = (registered: Registered, declaration: Declaration): void => {
    registered.declaration = effective(registered, declaration);
    const { applicationId, flowId } = registered.declaration;
    registered.flowKey = `${applicationId}/${flowId}`;
  };

  const managed = ({ resources }: PreviousState): readonly PreviousResource[] => {
    const names = new Set(all.map(({ name }) => name));
    return resources.filter(({ name, isNamed, isOld }) => isNamed || names.has(name) || (isOld && !lookups.has(name)));
  };

  return {
    all,
    publish: async () => {
      if (engine() === undefined) return;
      loading ??= openFile();
      await loading;
      await whenIdle();
      writeFacts();
    },
    add: (name, { ignoreChanges = [], retainOnDelete = false } = {}, set) => {
      const self = `${name}#${all.length + 1}`;
      const more = set === undefined ? {} : { set };
      const registered: Registered = { self, name, ignoreChanges, retainOnDelete, secret: new Set(), ...more };
      all.push(registered);
      return registered;
    },
    addLookup: (name) => {
      lookups.add(name);
    },
    declare: (registered, declaration) => {
      setDeclaration(registered, declaration);
      registered.declaredAt = ++step;
      writeFacts();
    },
    inputOfSet: (name, secret) =>
      engine() !== undefined ? { [PROGRAM_INPUT]: sendOfSet(name, secret).catch(refuse) } : {},
    input: (registered) => (engine() !== undefined ? { [PROGRAM_INPUT]: send(registered).catch(refuse) } : {}),
    managed,
  };
}

/** Fails the registration: without the file, the provider would not know who takes what a resource gives up. */
function refuse(error: unknown): never {
  throw userError(
    `cannot write the temporary file that tells the provider what the program declares: ${String(error)}. ` +
      "Make the temporary folder writable, or set TMPDIR to one that is.",
  );
}

export function isIgnored({ ignoreChanges }: Pick<Registered, "ignoreChanges">, input: string): boolean {
  return ignoreChanges.some((path) => path === "*" || path === input);
}

function ownedFact({ urn, name, saved }: PreviousResource): ProgramFact {
  const { applicationId, flowId, deviceIds } = saved.inputs;
  return {
    fact: "owned",
    // The engine does not show physical ids.
    id: urn,
    name,
    applicationId,
    flowId,
    deviceIds: [...deviceIds],
    others: [...saved.leaving, ...(saved.handedOver?.keys() ?? [])],
    ...(saved.facts?.writer === undefined ? {} : { writer: saved.facts.writer }),
  };
}
