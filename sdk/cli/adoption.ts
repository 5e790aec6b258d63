/**
 * The fleet in Losant as resources: a file for `pulumi import --file`, and a program that declares the same. Pure. Equal
 * fleets give equal texts.
 */
import { createHash } from "node:crypto";
import { EDGE_DEPLOYMENT_TYPE } from "../../provider/type-token.js";
import type { Inputs } from "../../provider/resource/inputs.js";
import type { EdgeDeploymentRow, LosantId } from "../../provider/losant/types.js";
import { toFleet } from "../../provider/resource/fleet.js";
import type { Fleet } from "../../provider/resource/fleet.js";
import { liveOf } from "../../provider/resource/live.js";

/** The devices of one flow that are at one version. */
export interface Adopted {
  /** Of the resource, in the program and in the state. */
  readonly name: string;
  readonly flowName: string | undefined;
  readonly inputs: Inputs & { readonly version: string };
  readonly fleet: Fleet;
}

export interface Adoption {
  readonly resources: readonly Adopted[];
  /** What is left out, one sentence each. */
  readonly left: readonly string[];
}

/** @param rows - deployments of one application */
export function adoptionOf(applicationId: LosantId, rows: readonly EdgeDeploymentRow[]): Adoption {
  const edge = rows.filter((row) => row.flowClass !== "customNode");
  const flows = Map.groupBy(edge, (row) => row.flowId.toLowerCase());
  const names = new Set<string>();
  const left: string[] = [];
  const resources = [...flows]
    .map(([flowId, ofFlow]) => ({ flowId, ofFlow, flowName: ofFlow.find((row) => row.flowName)?.flowName }))
    .toSorted((a, b) => (a.flowName ?? "").localeCompare(b.flowName ?? "") || (a.flowId < b.flowId ? -1 : 1))
    .flatMap(({ flowId, ofFlow, flowName }) => {
      const fleet = toFleet(ofFlow);
      const versions = Map.groupBy(fleet.values(), (view) => view.desired);
      const leaving = (versions.get(null) ?? []).filter((view) => view.current !== null).length;
      versions.delete(null);
      if (leaving > 0) left.push(`${flowName ?? flowId}: ${leaving} about to lose the workflow (removal is scheduled)`);
      return [...versions].toSorted(byVersion).flatMap(([version, views]): Adopted[] => {
        if (version === null) return [];
        const wanted = [slug(flowName) || `flow-${flowId.slice(-6)}`, ...(versions.size > 1 ? [slug(version)] : [])];
        const deviceIds = views.map((view) => view.deviceId).toSorted();
        return [
          {
            name: unique(wanted.join("-"), names),
            flowName,
            inputs: { applicationId, flowId, version, deviceIds },
            fleet,
          },
        ];
      });
    });
  const custom = rows.length - edge.length;
  if (custom > 0) left.push(`${custom} deployments of custom nodes: Losant deploys them along with their workflows`);
  return { resources, left };
}

/**
 * For `pulumi import --file`, which takes inputs and outputs as they are in the file and does not call Losant.
 *
 * @param provider - the value of `__provider` in every state: the serialised stub
 */
export function importFileOf({ resources }: Adoption, provider: string): string {
  const entries = resources.map(({ name, inputs, fleet }) => ({
    type: EDGE_DEPLOYMENT_TYPE,
    name,
    id: adoptedId(inputs),
    inputs: { ...inputs, __provider: provider },
    outputs: { ...liveOf({ inputs, leaving: [] }, fleet).outputs, __provider: provider },
  }));
  return `${JSON.stringify({ resources: entries }, undefined, 2)}\n`;
}

/** Equal devices and version give an equal id, so that a second `adopt` changes nothing. */
function adoptedId(inputs: Adopted["inputs"]): string {
  const { applicationId, flowId, version, deviceIds } = inputs;
  const hash = createHash("sha256")
    .update(JSON.stringify([version, deviceIds]))
    .digest("hex");
  return `${applicationId}/${flowId}/${hash.slice(0, 16)}`;
}

export function programOf(applicationId: LosantId, { resources }: Adoption): string {
  return [
    "// Written by `pulumi-losant adopt` from what runs in Losant. Edit it, then run `pulumi preview` and `pulumi up`.",
    'import * as losant from "pulumi-losant";',
    "",
    `const applicationId = ${JSON.stringify(applicationId)};`,
    ...resources.flatMap((resource) => ["", ...declaration(resource)]),
    "",
  ].join("\n");
}

function declaration({ name, flowName, inputs, fleet }: Adopted): string[] {
  const { flowId, version, deviceIds } = inputs;
  return [
    `new losant.EdgeDeployment(${JSON.stringify(name)}, {`,
    "  applicationId,",
    `  flowId: ${JSON.stringify(flowId)},${comment(flowName)}`,
    `  version: ${JSON.stringify(version)},`,
    "  deviceIds: [",
    ...deviceIds.map((deviceId) => `    ${JSON.stringify(deviceId)},${comment(fleet.get(deviceId)?.name)}`),
    "  ],",
    "});",
  ];
}

/** Names come from outside and must not end the comment. */
function comment(name: string | undefined): string {
  const text = (name ?? "").replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return text === "" ? "" : ` // ${text}`;
}

function byVersion([a]: readonly [string | null, unknown], [b]: readonly [string | null, unknown]): number {
  return (a ?? "").localeCompare(b ?? "", undefined, { numeric: true });
}

function slug(text: string | undefined): string {
  return (text ?? "")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}
