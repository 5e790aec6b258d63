/**
 * What the stack had before: who owned which device. A program does not see its own state, but the engine's built-in
 * `readStackResourceOutputs` (what Pulumi's SDK had as `listResourceOutputs`) gives it the last snapshot's outputs. Only
 * those of EdgeDeployments are looked at. Where an engine does not have it, the plan says less: see `sentence.ts`.
 *
 * Asked by gRPC and not by `pulumi.runtime.invoke`, which would make resources of the references it meets.
 */
import type * as nodeModule from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { LosantId } from "../../provider/losant/types.js";
import type { FlowRef } from "../../provider/observe.js";
import { keyOf } from "../../provider/observe.js";
import { ownedBy, savedOf } from "../../provider/state.js";
import type { Saved } from "../../provider/state.js";
import type { Program } from "../program.js";

export interface PreviousState {
  /** What the resource, under one of its names, was last applied as. */
  saved(urns: readonly string[]): Saved | undefined;
  /** Did any EdgeDeployment of the stack own the device for this flow? */
  isOwned(flow: FlowRef, deviceId: LosantId): boolean;
}

const TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";

/** Once in a program; undefined where the state cannot be read. */
export function readState(program: Program): Promise<PreviousState | undefined> {
  return program.once(["state"], async () => {
    try {
      return previousState(await resourceOutputs());
    } catch (error) {
      void pulumi.log.debug(`the plan does not know who owned which device: ${String(error)}`);
      return undefined;
    }
  });
}

export function previousState(resources: Readonly<Record<string, unknown>>): PreviousState {
  const byUrn = new Map<string, Saved>();
  const owned = new Set<string>();
  for (const [urn, resource] of Object.entries(resources)) {
    const { type, outputs } = resource as { readonly type?: string; readonly outputs?: Record<string, unknown> };
    if (type !== TYPE || outputs === undefined) continue;
    const saved = savedOf(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, opened(value)])));
    if (saved === undefined) continue;
    byUrn.set(urn, saved);
    for (const deviceId of ownedBy(saved)) owned.add(`${keyOf(saved.inputs)}/${deviceId}`);
  }
  return {
    saved: (urns) => urns.map((urn) => byUrn.get(urn)).find((saved) => saved !== undefined),
    isOwned: (flow, deviceId) => owned.has(`${keyOf(flow)}/${deviceId}`),
  };
}

/** How Pulumi marks a secret on the wire. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

function opened(value: unknown): unknown {
  const marked = value as { readonly [SIGNATURE]?: string; readonly value?: unknown } | null;
  return typeof marked === "object" && marked?.[SIGNATURE] === SECRET ? marked.value : value;
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

async function resourceOutputs(): Promise<Record<string, unknown>> {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined;
  if (monitor === undefined) throw new Error("there is no engine");
  // Pulumi's own copies of these: messages of another one are refused.
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
  return outputs as Record<string, unknown>;
}
