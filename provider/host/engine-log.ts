/**
 * The engine's log, the only part of Pulumi that the provider uses. Its messages appear under the resource plan,
 * `ephemeral` ones only until the next message.
 *
 * The engine tells a dynamic provider's process its address as the last argument. Where that is missing (a test, a
 * program that uses the provider by itself), messages go to stderr and progress is not shown.
 */
import type * as nodeModule from "node:module";
import type * as enginePb from "@pulumi/pulumi/proto/engine_pb";
import { visibleLines } from "../text/visible-text.js";
import type { Log } from "../messages/log.js";
import { rowUrn } from "./progress-rows.js";

export interface FlushableLog extends Log {
  /** Resolves when all messages so far have reached the engine. The process may end right after a verb. */
  flush(): Promise<void>;
  /**
   * Is the engine still connected? A killed CLI leaves its plugins running. True where there never was an engine.
   */
  isEngineAlive(): Promise<boolean>;
  /** Has a program run with this engine? Not in a `pulumi destroy`. */
  hasProgram(): Promise<boolean>;
}

/** How often a plugin checks that its engine is alive, in milliseconds. */
const WATCH_MS = 1_000;

/**
 * Ends a plugin whose engine is gone. A killed CLI does not end its plugins; they would stay for hours.
 *
 * @param end - what to do then. @default the process exits
 */
export function endWithEngine(
  log: Pick<FlushableLog, "isEngineAlive">,
  end: () => void = () => process.exit(1),
  pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, WATCH_MS).unref()),
): void {
  if (engineAddress(process.argv) === undefined) return;
  void (async () => {
    do await pause();
    while (await log.isEngineAlive());
    end();
  })();
}

/** How long connecting to the engine may take, in milliseconds. It runs on this machine. */
const REACH_MS = 5_000;

interface Engine {
  readonly send: Send;
  readonly isEngineAlive: () => Promise<boolean>;
  readonly hasProgram: () => Promise<boolean>;
}

type Severity = "DEBUG" | "INFO" | "WARNING";
type Send = (severity: Severity, message: string, ephemeral: boolean, urn?: string) => Promise<void>;

export function engineLog(address: string | undefined = engineAddress(process.argv)): FlushableLog {
  const { send, isEngineAlive, hasProgram } = address === undefined ? nobody : engineAt(address);
  // One after the other, so that messages arrive in order.
  let said: Promise<void> = Promise.resolve();
  const say = (severity: Severity, message: string, ephemeral = false, urn?: string): void => {
    said = said
      .then(() => send(severity, message, ephemeral, urn))
      .catch(() => {
        // A message that cannot be shown must not fail a deployment.
      });
  };
  return {
    debug: (message) => say("DEBUG", message),
    info: (message) => say("INFO", visibleLines(message)),
    warn: (message) => say("WARNING", visibleLines(message)),
    progress: (message, row) => say("INFO", visibleLines(message), true, row && rowUrn(row)),
    flush: () => said,
    isEngineAlive,
    hasProgram,
  };
}

export function engineAddress(argv: readonly string[]): string | undefined {
  const last = argv.at(-1) ?? "";
  return /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(last) ? last : undefined;
}

const toStderr: Send = async (severity, message, ephemeral) => {
  if (!ephemeral && severity !== "DEBUG") process.stderr.write(`${message}\n`);
};

const nobody: Engine = { send: toStderr, isEngineAlive: async () => true, hasProgram: async () => false };

function engineAt(address: string): Engine {
  // Loaded where they are needed: only the plugin process has an engine, and it has loaded both already.
  const messages = require("@pulumi/pulumi/proto/engine_pb") as typeof enginePb;
  const services = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
    EngineClient: new (
      address: string,
      credentials: unknown,
    ) => {
      log(request: unknown, callback: (error: Error | null) => void): void;
      getRootResource(request: unknown, callback: (error: Error | null, answer?: { getUrn(): string }) => void): void;
      waitForReady(deadline: number, callback: (error?: Error) => void): void;
    };
  };
  const { createRequire } = require("node:module") as typeof nodeModule;
  // Pulumi's own copy: gRPC refuses credentials made by another one.
  const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js") as {
    credentials: { createInsecure(): unknown };
  };
  const client = new services.EngineClient(address, grpc.credentials.createInsecure());
  const send: Send = (severity, message, ephemeral, urn = "") => {
    const request = new messages.LogRequest();
    request.setUrn(urn);
    request.setSeverity(messages.LogSeverity[severity]);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    return new Promise((resolve, reject) => {
      client.log(request, (error) => (error ? reject(error) : resolve()));
    });
  };
  // Answers at once while the connection stands; where it broke, a new one is tried until the deadline.
  const isEngineAlive = (): Promise<boolean> =>
    new Promise((resolve) => {
      client.waitForReady(Date.now() + REACH_MS, (error) => resolve(error === undefined));
    });
  // A program first tells the engine its stack.
  const hasProgram = (): Promise<boolean> =>
    new Promise((resolve) => {
      client.getRootResource(new messages.GetRootResourceRequest(), (error, answer) =>
        resolve(error === null && (answer?.getUrn() ?? "") !== ""),
      );
    });
  return { send, isEngineAlive, hasProgram };
}
