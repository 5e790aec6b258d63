/**
 * What the stack had before this run: which resource owned which device. A program cannot see its own state, but the
 * engine's built-in `readStackResourceOutputs` (formerly `listResourceOutputs` of Pulumi's SDK) gives it the outputs of the
 * last snapshot. Only those of EdgeDeployments are used.
 *
 * It is called by gRPC, since `pulumi.runtime.invoke` would make resources of the references in the answer. The call
 * registers Pulumi's own default provider `pulumi` in the stack. So previews and updates both make it: otherwise a plan
 * that a preview saved would not fit the update.
 *
 * The answer has no physical ids, and shows a resource that was only looked up (`get`) like a managed one.
 */
import { EDGE_DEPLOYMENT_TYPE } from "../../provider/type-token.js";
import type * as nodeModule from "node:module";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import type { LosantId } from "../../provider/losant/types.js";
import { flowKeyOf } from "../../provider/resource/fleet.js";
import { ownedBy } from "../../provider/resource/ownership.js";
import { savedOf, shownIn } from "../../provider/resource/state.js";
import type { Drift, Saved } from "../../provider/resource/state.js";

export interface PreviousResource {
  readonly urn: string;
  /** The last part of the URN. */
  readonly name: string;
  readonly saved: Saved;
  /** What differed from the declaration when the state was written. */
  readonly drift: readonly Drift[];
  /** Properties whose values are secret. */
  readonly secret: ReadonlySet<string>;
  /** The state has the name of the resource in the program. Lookups and states of 0.1.0 have none. */
  readonly isNamed: boolean;
  /** The state was written by 0.1.0. */
  readonly isOld: boolean;
}

export interface PreviousState {
  readonly resources: readonly PreviousResource[];
  /**
   * The resource under one of these URNs.
   * @throws Error if its state cannot be understood, for example because a newer release wrote it
   */
  find(urns: readonly string[]): PreviousResource | undefined;
}

/** What the engine answers: by URN. */
export type ResourceOutputs = Readonly<Record<string, unknown>>;

const answered = z.object({ outputs: z.record(z.string(), z.unknown()) });
const typed = z.object({ type: z.unknown().optional(), outputs: z.unknown().optional() });
const propertiesOf = z.record(z.string(), z.unknown());

/** @throws Error if the engine does not answer */
export async function readPreviousState(): Promise<PreviousState> {
  return previousState(await resourceOutputs());
}

export function previousState(outputs: ResourceOutputs): PreviousState {
  const byUrn = new Map<string, PreviousResource | Error>();
  for (const [urn, resource] of Object.entries(outputs)) {
    const { type, outputs: properties } = typed.parse(resource);
    if (type !== EDGE_DEPLOYMENT_TYPE || properties === undefined) continue;
    try {
      const previous = previousResource(urn, propertiesOf.parse(properties));
      if (previous !== undefined) byUrn.set(urn, previous);
    } catch (error) {
      byUrn.set(urn, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return {
    resources: [...byUrn.values()].filter((one): one is PreviousResource => !(one instanceof Error)),
    find: (urns) => {
      const found = urns.map((urn) => byUrn.get(urn)).find((one) => one !== undefined);
      if (found instanceof Error) throw found;
      return found;
    },
  };
}

function previousResource(urn: string, properties: Readonly<Record<string, unknown>>): PreviousResource | undefined {
  const outputs = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, withoutMarks(value)]));
  const saved = savedOf(outputs);
  if (saved === undefined) return undefined;
  const marked = Object.entries(properties).filter(([, value]) => holdsSecret(value));
  const { drift, schema = 1 } = shownIn(outputs);
  return {
    urn,
    name: nameIn(urn),
    saved,
    drift,
    secret: new Set([...marked.map(([name]) => name), ...(saved.facts?.secret ?? [])]),
    isNamed: saved.facts?.name !== undefined,
    isOld: schema < 2,
  };
}

export function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Which resources of the stack own which devices of one flow. */
export interface Holders {
  /** URNs of the resources whose state shows the device as declared. */
  declaring(deviceId: LosantId): readonly string[];
  /** Does any resource own it, even one that gives it up? */
  isOwned(deviceId: LosantId): boolean;
}

export function holdersOf(
  resources: readonly PreviousResource[],
): (flow: Pick<Saved["inputs"], "applicationId" | "flowId">) => Holders {
  const declaring = new Map<string, string[]>();
  const owned = new Set<string>();
  for (const { urn, saved } of resources) {
    const key = flowKeyOf(saved.inputs);
    for (const deviceId of ownedBy(saved)) owned.add(`${key}/${deviceId}`);
    for (const deviceId of saved.inputs.deviceIds) {
      const urns = declaring.get(`${key}/${deviceId}`);
      if (urns === undefined) declaring.set(`${key}/${deviceId}`, [urn]);
      else urns.push(urn);
    }
  }
  return (flow) => {
    const key = flowKeyOf(flow);
    return {
      declaring: (deviceId) => declaring.get(`${key}/${deviceId}`) ?? [],
      isOwned: (deviceId) => owned.has(`${key}/${deviceId}`),
    };
  };
}

/** How Pulumi marks a secret on the wire. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

interface Marked {
  readonly [SIGNATURE]: typeof SECRET;
  readonly value?: unknown;
}

function isSecret(value: object): value is Marked {
  return SIGNATURE in value && value[SIGNATURE] === SECRET;
}

/** The plain value, without the marks of secrets in it. */
function withoutMarks(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (isSecret(value)) return withoutMarks(value.value);
  if (Array.isArray(value)) return value.map(withoutMarks);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutMarks(inner)]));
}

function holdsSecret(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
}
interface InvokeRequest {
  setTok(token: string): void;
  setArgs(args: Struct): void;
}
interface Monitor {
  invoke(
    request: InvokeRequest,
    done: (error: Error | null, response?: { getReturn(): Struct | undefined }) => void,
  ): void;
}

async function resourceOutputs(): Promise<ResourceOutputs> {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined;
  if (monitor === undefined) throw new Error("there is no engine");
  // These have to be Pulumi's own copies: gRPC refuses messages of other ones.
  const { createRequire } = require("node:module") as typeof nodeModule;
  const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { ResourceInvokeRequest } = load("@pulumi/pulumi/proto/resource_pb.js") as {
    ResourceInvokeRequest: new () => InvokeRequest;
  };
  const { Struct: structs } = load("google-protobuf/google/protobuf/struct_pb.js") as {
    Struct: { fromJavaScript(value: object): Struct };
  };
  const request = new ResourceInvokeRequest();
  request.setTok("pulumi:pulumi:readStackResourceOutputs");
  // The full name: the engine would look for the short one in the user's default organization.
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  request.setArgs(structs.fromJavaScript({ stackName }));
  const answer = await new Promise<Struct | undefined>((resolve, reject) => {
    monitor.invoke(request, (error, response) => (error ? reject(error) : resolve(response?.getReturn())));
  });
  const parsed = answered.safeParse(answer?.toJavaScript());
  if (!parsed.success) throw new Error("the engine answered no outputs");
  return parsed.data.outputs;
}
