/**
 * The verbs of the native plugin as a `Lifecycle`, so that what is played on the dynamic front is played on this one too.
 * Each verb goes through the plugin's service, and each message through its bytes; only the socket is left out. Nothing
 * here takes real time, so a scheduler may decide the order.
 */
import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import { InitError } from "../../provider/apply/apply-resource.js";
import type { WiringOptions } from "../../provider/apply/application-ports.js";
import { GrpcStatus, messages } from "../../provider/plugin/protocol.js";
import type { pb } from "../../provider/plugin/protocol.js";
import { createService } from "../../provider/plugin/service.js";
import { received, sent } from "../../provider/plugin/wire.js";
import type { Plain } from "../../provider/plugin/wire.js";
import type { Clock, Ports } from "../../provider/ports.js";
import type { Lifecycle, ResourceProps } from "../../provider/verbs.js";
import { PROVIDER } from "./host.js";

export interface NativeFrontOptions {
  /** The configuration of the provider. */
  readonly config: Plain;
  readonly clock: Clock;
  readonly portsFor: (wiring: WiringOptions) => Ports;
  /** The names of resources by id. A plugin process that starts later needs what an earlier one has added. */
  readonly names: Map<string, string>;
  readonly say?: (message: string) => void;
  readonly isAlive?: () => boolean;
}

/** What the engine knows of a resource and hands over beside its inputs. */
interface Told {
  readonly name: string;
  readonly ignoreChanges?: readonly string[];
}

type Method = (call: Pick<ServerUnaryCall<Message, Message>, "request">, callback: sendUnaryData<Message>) => void;

/** What a dynamic program adds to its inputs, and a native one does not. */
const OF_THE_DYNAMIC_FRONT = ["__provider", "__program"];
const ONLY_RESOURCE: Told = { name: "telemetry" };

export function createNativeFront(options: NativeFrontOptions): Lifecycle {
  const { config, clock, portsFor, names, say = () => {}, isAlive = () => true } = options;
  const log = { debug: () => {}, progress: () => {}, info: say, warn: say };
  const service = createService({
    engine: {
      connect: () => {},
      logFor: () => log,
      error: say,
      flush: async () => {},
      address: () => undefined,
      hasProgram: async () => false,
      isAlive: async () => isAlive(),
    },
    env: () => undefined,
    clock,
    isInteractive: false,
    wiring: (wiring) => () => portsFor(wiring),
  });
  const send = <Answer extends Message>(method: string, request: Message): Promise<Answer> =>
    new Promise((resolve, reject) => {
      (service[method] as unknown as Method)({ request: throughBytes(request) }, (error, answer) => {
        if (error === null && answer) resolve(throughBytes(answer) as Answer);
        else reject(errorOf(error as unknown as ServiceFailure));
      });
    });
  const configured = send("configure", new messages.ConfigureRequest().setArgs(sent(config)).setName("default"));
  const call: typeof send = async (method, request) => {
    await configured;
    return send(method, request);
  };

  const urnOf = ({ name }: Told): string => `urn:pulumi:dev::plant::losant:index:EdgeDeployment::${name}`;
  const urnOfId = (id: string): string => urnOf({ name: names.get(id) ?? ONLY_RESOURCE.name });
  const remembered = (id: string, news: ResourceProps): string => {
    names.set(id, toldIn(news).name);
    return id;
  };
  const answerOf = (properties: Parameters<typeof received>[0]): Plain => received(properties).values;

  return {
    check: async (olds, news) => {
      const request = new messages.CheckRequest()
        .setUrn(urnOf(toldIn(news)))
        .setOlds(structOf(olds))
        .setNews(structOf(news));
      const answer = await call<pb.CheckResponse>("check", request);
      const program = "__program" in news ? { __program: news["__program"] } : {};
      const failures = answer.getFailuresList().map((failure) => failure.toObject());
      return { inputs: { ...answerOf(answer.getInputs()), ...program }, failures };
    },
    diff: async (id, olds, news) => {
      const request = new messages.DiffRequest()
        .setUrn(urnOf(toldIn(news)))
        .setId(id)
        .setOlds(structOf(olds))
        .setNews(structOf(news))
        .setIgnorechangesList([...(toldIn(news).ignoreChanges ?? [])]);
      const answer = await call<pb.DiffResponse>("diff", request);
      const changes = answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
      return { changes, replaces: answer.getReplacesList() };
    },
    create: async (news) => {
      const request = new messages.CreateRequest().setUrn(urnOf(toldIn(news))).setProperties(structOf(news));
      const answer = await call<pb.CreateResponse>("create", request).catch((error: unknown) => {
        if (error instanceof InitError) remembered(error.id, news);
        throw error;
      });
      return { id: remembered(answer.getId(), news), outs: answerOf(answer.getProperties()) };
    },
    read: async (id, props) => {
      const request = new messages.ReadRequest()
        .setUrn(urnOfId(id))
        .setId(id)
        .setProperties(structOf(props))
        .setInputs(structOf({}));
      const answer = await call<pb.ReadResponse>("read", request);
      if (answer.getId() === "") return {};
      return { id: answer.getId(), props: answerOf(answer.getProperties()), inputs: answerOf(answer.getInputs()) };
    },
    update: async (id, olds, news) => {
      const request = new messages.UpdateRequest()
        .setUrn(urnOf(toldIn(news)))
        .setId(remembered(id, news))
        .setOlds(structOf(olds))
        .setNews(structOf(news))
        .setIgnorechangesList([...(toldIn(news).ignoreChanges ?? [])]);
      return { outs: answerOf((await call<pb.UpdateResponse>("update", request)).getProperties()) };
    },
    delete: async (id, props) => {
      const request = new messages.DeleteRequest().setUrn(urnOfId(id)).setId(id).setProperties(structOf(props));
      await call("delete", request);
    },
  };
}

function toldIn(news: ResourceProps): Told {
  return (news["__program"] as Told | undefined) ?? ONLY_RESOURCE;
}

function structOf(props: ResourceProps): ReturnType<typeof sent> {
  return sent(Object.fromEntries(Object.entries(props).filter(([name]) => !OF_THE_DYNAMIC_FRONT.includes(name))));
}

function throughBytes<T extends Message>(message: T): T {
  const { deserializeBinary } = message.constructor as unknown as { deserializeBinary: (bytes: Uint8Array) => T };
  return deserializeBinary(message.serializeBinary());
}

interface ServiceFailure {
  readonly details: string;
  readonly metadata?: { get(name: string): (string | Buffer)[] };
}

/** The error that the engine makes of an answer: with the resource, where the answer has it. */
function errorOf({ details, metadata }: ServiceFailure): Error {
  const [status] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!(status instanceof Buffer)) return new Error(details);
  const [detail] = GrpcStatus.deserializeBinary(status).getDetailsList();
  if (detail === undefined) return new Error(details);
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  const properties = { ...received(failure.getProperties()).values, __provider: PROVIDER };
  return new InitError(failure.getId(), properties, failure.getReasonsList());
}
