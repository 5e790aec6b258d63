/**
 * The messages of Pulumi's plugin protocol and the gRPC that carries them. Both are parts of `@pulumi/pulumi` that need
 * nothing of its runtime, so the plugin's bundle holds them alone.
 */
import grpcModule from "@grpc/grpc-js";
import anyModule from "google-protobuf/google/protobuf/any_pb.js";
import emptyModule from "google-protobuf/google/protobuf/empty_pb.js";
import structModule from "google-protobuf/google/protobuf/struct_pb.js";
import engineServiceModule from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineModule from "@pulumi/pulumi/proto/engine_pb.js";
import pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServiceModule from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import statusModule from "@pulumi/pulumi/proto/status_pb.js";
import type * as grpcTypes from "@grpc/grpc-js";
import type * as structTypes from "google-protobuf/google/protobuf/struct_pb.js";
import type * as enginePb from "@pulumi/pulumi/proto/engine_pb.js";

export const grpc = grpcModule;
export const { Any } = anyModule;
export const { Empty } = emptyModule;
export const { ListValue, NullValue, Struct, Value } = structModule;
export const { LogRequest, LogSeverity, GetRootResourceRequest } = engineModule;
export const { PluginInfo } = pluginModule;
export const messages = providerModule;
export const { Status: GrpcStatus } = statusModule;
export const { ResourceProviderService } = providerServiceModule;

/** The engine's own service, as far as the plugin calls it. */
export interface EngineClient {
  log(request: enginePb.LogRequest, callback: (error: Error | null) => void): void;
  getRootResource(
    request: enginePb.GetRootResourceRequest,
    callback: (error: Error | null, answer?: enginePb.GetRootResourceResponse) => void,
  ): void;
  waitForReady(deadline: number, callback: (error?: Error) => void): void;
  close(): void;
}

export const { EngineClient: EngineClientClass } = engineServiceModule as unknown as {
  EngineClient: new (address: string, credentials: grpcTypes.ChannelCredentials) => EngineClient;
};

export type StructMessage = structTypes.Struct;
export type ValueMessage = structTypes.Value;
export type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
export type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
