/** What Pulumi calls the resource's type in URNs, states and events. */
export const EDGE_DEPLOYMENT_TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";

/** Its type where a program in any language uses the native plugin. */
export const NATIVE_EDGE_DEPLOYMENT_TYPE = "losant:index:EdgeDeployment";

/** An EdgeDeploymentSet, which is a component of a program. */
export const EDGE_DEPLOYMENT_SET_TYPE = "losant:index:EdgeDeploymentSet";

/** The resource that moves the devices of a set. */
export const SET_ROLLOUT_TYPE = "pulumi-nodejs:dynamic/losant:SetRollout";

export function isEdgeDeploymentType(type: string): boolean {
  return type === EDGE_DEPLOYMENT_TYPE || isNativeEdgeDeploymentType(type);
}

export function isNativeEdgeDeploymentType(type: string): boolean {
  return type === NATIVE_EDGE_DEPLOYMENT_TYPE;
}
