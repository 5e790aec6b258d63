/**
 * What the stack had before this run: who owned which device. A program does not see its own state, but the engine's
 * built-in `readStackResourceOutputs` (what Pulumi's SDK had as `listResourceOutputs`) gives it the last snapshot's
 * outputs. Only those of EdgeDeployments are looked at.
 *
 * It is called by gRPC, since `pulumi.runtime.invoke` would make resources of the references in the answer. The call
 * registers Pulumi's own default provider `pulumi` in the stack. So previews and updates both make it: otherwise a plan that a preview saved would not fit the update.
 *
 * The answer has no physical ids, and does not tell a managed resource from one that was only looked up (`get`).
 */
import { EDGE_DEPLOYMENT_TYPE } from "../../provider/type-token.js";
import type * as nodeModule from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { LosantId } from "../../provider/losant/types.js";
import { flowKeyOf } from "../../provider/resource/fleet.js";
import { ownedBy } from "../../provider/resource/ownership.js";
import { savedOf } from "../../provider/resource/state.js";
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
  /** A create or update has given it its name in the program; lookups and states of 0.1.0 have none. */
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

/** @throws Error where the engine does not tell it */
export async function readPreviousState(): Promise<PreviousState> {
  return previousState(await resourceOutputs());
}

export function previousState(outputs: ResourceOutputs): PreviousState {
  const byUrn = new Map<string, PreviousResource | Error>();
  for (const [urn, resource] of Object.entries(outputs)) {
    const { type, outputs: properties } = resource as { readonly type?: string; readonly outputs?: object };
    if (type !== EDGE_DEPLOYMENT_TYPE || properties === undefined) continue;
    try {
      const previous = previousResource(urn, properties);
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

function previousResource(urn: string, properties: object): PreviousResource | undefined {
  const outputs = opened(properties) as Record<string, unknown>;
  const saved = savedOf(outputs);
  if (saved === undefined) return undefined;
  const marked = Object.entries(properties).filter(([, value]) => holdsSecret(value));
  const { schema = 1 } = (outputs["__losant"] ?? {}) as { readonly schema?: number };
  return {
    urn,
    name: nameIn(urn),
    saved,
    drift: (outputs["drift"] ?? []) as Drift[],
    secret: new Set([...marked.map(([name]) => name), ...(saved.facts?.secret ?? [])]),
    isNamed: saved.facts?.name !== undefined,
    isOld: schema < 2,
  };
}

export function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Which resources of the stack have which devices of one flow. */
export interface Holders {
  /** URNs of the resources whose state shows the device as declared. */
  declaring(deviceId: LosantId): readonly string[];
  /** Does any resource own it, also one that gives it up? */
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
  readonly [SIGNATURE]?: string;
  readonly value?: unknown;
}

function isSecret(value: object): value is Marked {
  return (value as Marked)[SIGNATURE] === SECRET;
}

function opened(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (isSecret(value)) return opened(value.value);
  if (Array.isArray(value)) return value.map(opened);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner)]));
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
  // The whole name: the short one would be looked for in the user's default organization.
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  request.setArgs(structs.fromJavaScript({ stackName }));
  const answer = await new Promise<Struct | undefined>((resolve, reject) => {
    monitor.invoke(request, (error, response) => (error ? reject(error) : resolve(response?.getReturn())));
  });
  const outputs = answer?.toJavaScript()["outputs"];
  if (outputs === null || typeof outputs !== "object") throw new Error("the engine answered no outputs");
  return outputs as ResourceOutputs;
}
