/**
 * `pulumi-losant/native`: the native plugin from TypeScript and JavaScript. Where `pulumi-losant` has a class of the same
 * name, this one takes its place in a program.
 */
export { NativeEdgeDeployment as EdgeDeployment } from "./edge-deployment.js";
export { NativeProvider as Provider } from "./provider.js";
export type { NativeProviderArgs as ProviderArgs } from "./provider.js";
export type { EdgeDeploymentArgs, RolloutArgs } from "../args.js";
export type { EdgeDeploymentOutputs } from "../outputs.js";
