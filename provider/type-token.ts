/** What Pulumi calls the resource's type in URNs, states and events. */
export const EDGE_DEPLOYMENT_TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";

/** Its type where a program in any language uses the native plugin. */
export const NATIVE_EDGE_DEPLOYMENT_TYPE = "losant:index:EdgeDeployment";

export function isEdgeDeploymentType(type: string): boolean {
  return type === EDGE_DEPLOYMENT_TYPE || isNativeEdgeDeploymentType(type);
}

export function isNativeEdgeDeploymentType(type: string): boolean {
  return type === NATIVE_EDGE_DEPLOYMENT_TYPE;
}
