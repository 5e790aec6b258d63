/** The plugin's service behind a real gRPC connection, called as the engine calls it. */
import type * as grpcTypes from "@grpc/grpc-js";
import type { Simulator } from "pulumi-losant/simulator";
import providerServiceModule from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Engine } from "../../../provider/plugin/engine.js";
import { ResourceProviderService, grpc, messages } from "../../../provider/plugin/protocol.js";
import { createService } from "../../../provider/plugin/service.js";
import { received, sent } from "../../../provider/plugin/wire.js";
import type { Plain } from "../../../provider/plugin/wire.js";
import type { Timer } from "../../../provider/plugin/limits.js";
import type { Clock } from "../../../provider/ports.js";
import { systemClock } from "../../../provider/apply/application-ports.js";

export const URN = "urn:pulumi:dev::plant::losant:index:EdgeDeployment::telemetry";
export const urnOf = (name: string): string => URN.replace(/telemetry$/, name);
export const PROVIDER_URN = "urn:pulumi:dev::plant::pulumi:providers:losant::default_0_1_0";

export interface Said {
  readonly urn: string | undefined;
  readonly kind: "debug" | "info" | "warn" | "progress" | "error";
  readonly message: string;
}

export interface Plugin {
  /** Calls a method of the service. */
  call<Response>(method: string, request: unknown): Promise<Response>;
  configure(args: Plain, name?: string, urn?: string): Promise<void>;
  readonly said: Said[];
  /** Addresses of engines. */
  readonly connectedTo: string[];
  /** Does a program run? */
  hasProgram: boolean;
  /** The engine is gone, or there again. */
  isAlive: boolean;
  /** Runs each time the plugin asks whether the engine is there, as it does before each write. */
  onAsked: () => Promise<unknown>;
}

export interface PluginOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Of `customTimeouts`. @default real time */
  readonly timer?: Timer;
}

const open: (() => void)[] = [];

/** To be called after each test, also one that fails: an open connection keeps Jest from its end. */
export function closePlugins(): void {
  for (const close of open.splice(0)) close();
}

type Method = (request: unknown, callback: (error: grpcTypes.ServiceError | null, answer: unknown) => void) => void;

export async function startPlugin({ env = {}, clock = systemClock, timer }: PluginOptions = {}): Promise<Plugin> {
  const said: Said[] = [];
  const connectedTo: string[] = [];
  const log = (urn: string | undefined, kind: Said["kind"]) => (message: string) =>
    void said.push({ urn, kind, message });
  const engine: Engine = {
    connect: (address) => void connectedTo.push(address),
    logFor: (urn) => ({
      debug: log(urn, "debug"),
      info: log(urn, "info"),
      warn: log(urn, "warn"),
      progress: log(urn, "progress"),
    }),
    error: (urn, message) => log(urn, "error")(message),
    flush: async () => {},
    address: () => undefined,
    hasProgram: async () => plugin.hasProgram,
    isAlive: async () => {
      await plugin.onAsked();
      return plugin.isAlive;
    },
  };
  const server = new grpc.Server();
  server.addService(
    ResourceProviderService,
    createService({ engine, env: (name) => env[name], clock, timer, isInteractive: false }),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const client = new providerServiceModule.ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
  );
  const plugin: Plugin = {
    said,
    connectedTo,
    hasProgram: true,
    isAlive: true,
    onAsked: async () => {},
    call: <Response>(method: string, request: unknown) =>
      new Promise<Response>((resolve, reject) => {
        const bound = (client as unknown as Record<string, Method>)[method]?.bind(client);
        bound?.(request, (error, answer) => (error ? reject(error) : resolve(answer as Response)));
      }),
    configure: async (args, name = "production", urn = PROVIDER_URN) => {
      const request = new messages.ConfigureRequest().setArgs(sent(args)).setName(name).setUrn(urn);
      await plugin.call("configure", request);
    },
  };
  open.push(() => {
    client.close();
    server.forceShutdown();
  });
  return plugin;
}

/** The verbs in plain values. */
export function verbsOf(plugin: Plugin) {
  return {
    check: async (news: Plain, { urn = URN, secret = [] as readonly string[] } = {}) => {
      const request = new messages.CheckRequest().setUrn(urn).setNews(sent(news, new Set(secret)));
      const answer = await plugin.call<pb.CheckResponse>("check", request);
      const { values, secret: marked } = received(answer.getInputs());
      return { inputs: values, secret: [...marked], failures: answer.getFailuresList().map((one) => one.toObject()) };
    },
    diff: async (
      id: string,
      olds: Plain,
      oldInputs: Plain,
      news: Plain,
      { urn = URN, ignoreChanges = [] as string[] } = {},
    ) => {
      const request = new messages.DiffRequest()
        .setUrn(urn)
        .setId(id)
        .setOlds(sent(olds))
        .setOldInputs(sent(oldInputs))
        .setNews(sent(news))
        .setIgnorechangesList(ignoreChanges);
      const answer = await plugin.call<pb.DiffResponse>("diff", request);
      return {
        changes: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: answer.getReplacesList(),
        paths: answer
          .getDetaileddiffMap()
          .getEntryList()
          .map(([path]) => path),
      };
    },
    create: async (news: Plain, { urn = URN, secret = [] as readonly string[], preview = false, timeout = 0 } = {}) => {
      const request = new messages.CreateRequest()
        .setUrn(urn)
        .setProperties(sent(news, new Set(secret)))
        .setPreview(preview)
        .setTimeout(timeout);
      const answer = await plugin.call<pb.CreateResponse>("create", request);
      const { values, secret: marked } = received(answer.getProperties());
      return { id: answer.getId(), outs: values, secret: [...marked], refresh: answer.getRefreshBeforeUpdate() };
    },
    read: async (id: string, props: Plain = {}, inputs?: Plain, { urn = URN, timeout = 0 } = {}) => {
      const request = new messages.ReadRequest()
        .setUrn(urn)
        .setId(id)
        .setProperties(sent(props))
        .setInputs(inputs === undefined ? undefined : sent(inputs))
        .setTimeout(timeout);
      const answer = await plugin.call<pb.ReadResponse>("read", request);
      return {
        id: answer.getId(),
        props: received(answer.getProperties()).values,
        inputs: received(answer.getInputs()).values,
        refresh: answer.getRefreshBeforeUpdate(),
      };
    },
    update: async (id: string, olds: Plain, news: Plain, { urn = URN, preview = false, timeout = 0 } = {}) => {
      const request = new messages.UpdateRequest()
        .setUrn(urn)
        .setId(id)
        .setOlds(sent(olds))
        .setNews(sent(news))
        .setPreview(preview)
        .setTimeout(timeout);
      const answer = await plugin.call<pb.UpdateResponse>("update", request);
      return { outs: received(answer.getProperties()).values, refresh: answer.getRefreshBeforeUpdate() };
    },
    remove: async (id: string, props: Plain, { urn = URN, timeout = 0 } = {}) => {
      const request = new messages.DeleteRequest().setUrn(urn).setId(id).setProperties(sent(props)).setTimeout(timeout);
      await plugin.call("delete", request);
    },
    invoke: async (token: string, args: Plain, { secret = [] as readonly string[] } = {}) => {
      const request = new messages.InvokeRequest().setTok(token).setArgs(sent(args, new Set(secret)));
      const answer = await plugin.call<pb.InvokeResponse>("invoke", request);
      const { values, secret: marked } = received(answer.getReturn());
      return { result: values, secret: [...marked], failures: answer.getFailuresList().map((one) => one.getReason()) };
    },
  };
}

export function configAt(losant: Simulator, apiToken: string): Plain {
  return { apiUrl: losant.url, apiToken, verifySeconds: "5" };
}
