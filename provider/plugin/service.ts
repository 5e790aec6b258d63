/**
 * Pulumi's `ResourceProvider` service: what the engine asks, in the messages of its protocol. Each verb is answered by
 * `resource.ts`, in plain values.
 */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { InstructionsOptions } from "../apply/instructions.js";
import type { Clock, Instructions } from "../ports.js";
import type { Lookup } from "../settings.js";
import { packageVersion } from "../losant/version.js";
import { configDifference, configFailures, configOfNow, pluginSettings, SECRET_CONFIG } from "./config.js";
import type { PluginSettings } from "./config.js";
import { approvalFrom } from "../host/approval-file.js";
import { createInterruption } from "../host/interruption.js";
import { engineMarks } from "../host/engine-marks.js";
import { WHOLE_PREVIEW } from "../messages/preview-warnings.js";
import { reportHeld } from "../messages/report.js";
import { answersOf, diffMessage, failureMessage } from "./answers.js";
import { createContext } from "./context.js";
import type { ContextOptions, PluginContext } from "./context.js";
import { createDroppedResources, showDropped } from "./dropped.js";
import type { Engine } from "./engine.js";
import { failed } from "./failure.js";
import { runFunction } from "./functions.js";
import { Empty, PluginInfo, messages } from "./protocol.js";
import type { PluginAttach, pb } from "./protocol.js";
import {
  checkResource,
  createResource,
  deleteResource,
  diffResource,
  resourceNameIn,
  stackNameIn,
  previewResource,
  readResource,
  secretOutputs,
  updateResource,
  verbOf,
} from "./resource.js";
import { schemaText } from "./schema.js";
import { wayOutOf } from "./saved-token.js";
import { received, sent } from "./wire.js";

export interface ServiceOptions extends Pick<ContextOptions, "isInteractive" | "timer" | "wiring"> {
  readonly engine: Engine;
  readonly env: Lookup;
  readonly clock: Clock;
  /** What a person may tell the rollouts of a run. @default nothing */
  readonly instructionsFor?: (run: InstructedRun) => Instructions;
}

/** A run that can be told something. */
export interface InstructedRun extends Pick<InstructionsOptions, "engine" | "log" | "interrupt"> {
  /** The name of its stack, once a resource was shown. */
  readonly stack: () => Promise<string>;
}

export function createService({
  engine,
  env,
  clock,
  instructionsFor,
  ...more
}: ServiceOptions): UntypedServiceImplementation {
  const answered = answersOf(engine);
  const interruption = createInterruption();
  /** The URN of the provider that this process is configured as. */
  let provider = "";
  let dropped = createDroppedResources(engineMarks(engine.address()));
  const approval = approvalFrom(env);
  const isWholePreview = (env(WHOLE_PREVIEW) ?? "") !== "";
  let instructions: Instructions | undefined;
  let stack = "";
  const contextWith = (settings: PluginSettings, explained?: PluginContext["explained"]): PluginContext =>
    createContext({
      settings,
      explained,
      engine,
      clock,
      interruption,
      instructions,
      approval,
      isWholePreview,
      ...more,
    });
  let context = contextWith(pluginSettings({}, env));
  /** Does the engine read a resource before it compares it, where an answer asks for that? */
  const refreshes = (): boolean => context.settings.refreshBeforeUpdate;

  /** A command begins. */
  const begin = (address: string): void => {
    interruption.restart();
    engine.connect(address);
    instructions = instructionsFor?.({
      engine: address,
      log: engine.logFor(),
      interrupt: (reason) => interruption.interrupt(reason),
      stack: async () => stack,
    });
    dropped = createDroppedResources(engineMarks(address));
  };

  return {
    handshake: answered(async (request: pb.ProviderHandshakeRequest) => {
      begin(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),

    attach: answered(async (request: PluginAttach) => {
      begin(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: answered(async () => new PluginInfo().setVersion(packageVersion)),

    getSchema: answered(async () => new messages.GetSchemaResponse().setSchema(schemaText())),

    checkConfig: answered(async (request: pb.CheckRequest) => {
      const { values, secret } = received(request.getNews());
      const failures = configFailures(values, env).map(failureMessage);
      const secrets = new Set([...secret, ...SECRET_CONFIG]);
      return new messages.CheckResponse().setInputs(sent(values, secrets)).setFailuresList(failures);
    }),

    diffConfig: answered(async (request: pb.DiffRequest) => {
      const olds = received(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).values;
      const names = configDifference(olds, received(request.getNews()).values);
      if (names.length > 0) dropped.succeeded(request.getUrn());
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse().setChanges(names.length > 0 ? DIFF_SOME : DIFF_NONE).setDiffsList(names);
    }),

    configure: answered(async (request: pb.ConfigureRequest) => {
      const args = received(request.getArgs()).values;
      provider = request.getUrn() ?? "";
      const name = request.getName() || resourceNameIn(provider);
      const settings = pluginSettings(configOfNow(args, name, env("PULUMI_CONFIG")), env);
      context = contextWith(settings, wayOutOf(provider, name));
      reportHeld(engine.logFor(), "native", approval);
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    invoke: answered(async (request: pb.InvokeRequest) => {
      const { values, secret } = received(request.getArgs());
      const answer = await runFunction(request.getTok(), values, context.lookup);
      const response = new messages.InvokeResponse();
      if ("failure" in answer)
        return response.setFailuresList([failureMessage({ property: "", reason: answer.failure })]);
      return response.setReturn(sent(answer.result, new Set(secret.size > 0 ? Object.keys(answer.result) : [])));
    }),

    check: answered(async (request: pb.CheckRequest) => {
      const [olds, news] = [received(request.getOlds()), received(request.getNews())];
      dropped.declared(request.getUrn());
      stack = stackNameIn(request.getUrn());
      const { inputs, failures, secret } = await checkResource(context, request.getUrn(), olds, news);
      return new messages.CheckResponse().setInputs(sent(inputs, secret)).setFailuresList(failures.map(failureMessage));
    }),

    diff: answered(async (request: pb.DiffRequest) => {
      const [olds, news] = [received(request.getOlds()), received(request.getNews())];
      const subject = {
        urn: request.getUrn(),
        id: request.getId(),
        secret: news.secret,
        ignoreChanges: request.getIgnorechangesList(),
      };
      dropped.compared(subject.urn, subject.id);
      const answer = await diffResource(context, subject, {
        olds: olds.values,
        oldInputs: request.hasOldInputs() ? received(request.getOldInputs()).values : undefined,
        news: news.values,
      });
      return diffMessage(answer);
    }),

    create: answered(async (request: pb.CreateRequest) => {
      const { values, secret } = received(request.getProperties());
      const response = new messages.CreateResponse();
      const subject = { urn: request.getUrn(), secret, timeout: request.getTimeout() };
      if (request.getPreview()) {
        return response.setProperties(sent(await previewResource(context, subject, values), secretOutputs(secret)));
      }
      const { id, outs } = await keeping(secret, () => createResource(context, subject, values));
      return response
        .setId(id)
        .setProperties(sent(outs, secretOutputs(secret)))
        .setRefreshBeforeUpdate(refreshes());
    }),

    read: answered(async (request: pb.ReadRequest) => {
      const [props, inputs] = [received(request.getProperties()), received(request.getInputs())];
      const secret = new Set([...props.secret, ...inputs.secret]);
      const subject = {
        urn: request.getUrn(),
        id: request.getId(),
        secret,
        timeout: request.getTimeout(),
        isImport: !request.hasInputs(),
      };
      if (subject.isImport) dropped.declared(subject.urn);
      const reading = context;
      const answer = await readResource(reading, subject, props.values);
      const response = new messages.ReadResponse();
      if (answer.id === undefined) return response;
      const read = { id: answer.id, props: answer.props ?? {}, verb: verbOf(reading, subject, answer.props) };
      if (!subject.isImport) dropped.read({ ...read, context: reading });
      return response
        .setId(answer.id)
        .setProperties(sent({ ...answer.props, __provider: undefined }, secretOutputs(secret)))
        .setInputs(sent({ ...answer.inputs, __provider: undefined }, secret))
        .setRefreshBeforeUpdate(refreshes());
    }),

    update: answered(async (request: pb.UpdateRequest) => {
      const [olds, news] = [received(request.getOlds()), received(request.getNews())];
      const { secret } = news;
      const response = new messages.UpdateResponse();
      const subject = {
        urn: request.getUrn(),
        id: request.getId(),
        secret,
        timeout: request.getTimeout(),
        ignoreChanges: request.getIgnorechangesList(),
      };
      if (request.getPreview()) {
        const known = await previewResource(context, subject, news.values, olds.values);
        return response.setProperties(sent(known, secretOutputs(secret)));
      }
      const { outs } = await keeping(secret, () => updateResource(context, subject, olds.values, news.values));
      return response.setProperties(sent(outs, secretOutputs(secret))).setRefreshBeforeUpdate(refreshes());
    }),

    delete: answered(async (request: pb.DeleteRequest) => {
      const { values, secret } = received(request.getProperties());
      const subject = { urn: request.getUrn(), id: request.getId(), secret, timeout: request.getTimeout() };
      dropped.deleted(subject.id);
      await deleteResource(context, subject, values);
      return new Empty();
    }),

    cancel: answered(async () => {
      // It ends every command, and comes at once when a person interrupts one.
      interruption.interrupt();
      const left = dropped.left(provider);
      dropped = createDroppedResources(engineMarks(engine.address()));
      if (left.length > 0 && (await engine.hasProgram())) await Promise.all(left.map(showDropped));
      return new Empty();
    }),
  };

  /** A failure that keeps the resource has to say which of its outputs are secret, as a success does. */
  async function keeping<T>(secret: ReadonlySet<string>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw failed(error, { secret: secretOutputs(secret), refreshBeforeUpdate: refreshes() });
    }
  }
}
