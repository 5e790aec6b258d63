/** What Pulumi calls the resource's type in URNs, states and events. */
export const EDGE_DEPLOYMENT_TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
