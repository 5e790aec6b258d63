/**
 * The engine that started this process: its log, with a row for each message, and whether it is still there.
 *
 * Without an address (a test, `PULUMI_DEBUG_PROVIDERS` before Attach) messages go to stderr, and there is no engine to lose.
 */
import type { Log } from "../messages/log.js";
import { rowUrn } from "../host/progress-rows.js";
import { visibleLines } from "../text/visible-text.js";
import { EngineClientClass, GetRootResourceRequest, LogRequest, LogSeverity, grpc } from "./protocol.js";
import type { EngineClient } from "./protocol.js";

/** How long connecting to the engine may take, in milliseconds. It runs on this machine. */
const REACH_MS = 5_000;

type Severity = "DEBUG" | "INFO" | "WARNING" | "ERROR";

export interface Engine {
  /** Takes the address of an engine, also of another one later (Attach). */
  connect(address: string): void;
  /** @param urn - the resource on whose row the messages appear; the stack's row without one */
  logFor(urn?: string): Log;
  /** Shows an error on the row of a resource. */
  error(urn: string, message: string): void;
  /** Ends when all messages so far have reached the engine. */
  flush(): Promise<void>;
  isAlive(): Promise<boolean>;
  /** `127.0.0.1:41045`; undefined before one is connected. */
  address(): string | undefined;
  /** Has a program run in this command? Not in a refresh or a destroy. */
  hasProgram(): Promise<boolean>;
}

export function createEngine(): Engine {
  let client: EngineClient | undefined;
  let connectedTo: string | undefined;
  // One after the other, so that messages arrive in order.
  let said: Promise<void> = Promise.resolve();

  const send = (urn: string, severity: Severity, message: string, ephemeral: boolean): Promise<void> => {
    if (client === undefined) {
      if (!ephemeral && severity !== "DEBUG") process.stderr.write(`${message}\n`);
      return Promise.resolve();
    }
    const request = new LogRequest()
      .setUrn(urn)
      .setSeverity(LogSeverity[severity])
      .setMessage(message)
      .setEphemeral(ephemeral);
    const connected = client;
    return new Promise((resolve, reject) => {
      connected.log(request, (error) => (error ? reject(error) : resolve()));
    });
  };
  const say = (urn: string, severity: Severity, message: string, ephemeral = false): void => {
    said = said
      .then(() => send(urn, severity, message, ephemeral))
      .catch(() => {
        // A message that cannot be shown must not fail a deployment.
      });
  };

  return {
    connect: (address) => {
      client?.close();
      connectedTo = address;
      client = new EngineClientClass(address, grpc.credentials.createInsecure());
    },
    logFor: (urn = "") => ({
      debug: (message) => say(urn, "DEBUG", message),
      info: (message) => say(urn, "INFO", visibleLines(message)),
      warn: (message) => say(urn, "WARNING", visibleLines(message)),
      progress: (message, row) => say(row === undefined ? urn : rowUrn(row), "INFO", visibleLines(message), true),
    }),
    error: (urn, message) => say(urn, "ERROR", visibleLines(message)),
    flush: () => said,
    address: () => connectedTo,
    // A program first tells the engine its stack.
    hasProgram: () =>
      new Promise((resolve) => {
        if (client === undefined) resolve(false);
        else {
          client.getRootResource(new GetRootResourceRequest(), (error, answer) =>
            resolve(error === null && (answer?.getUrn() ?? "") !== ""),
          );
        }
      }),
    isAlive: () =>
      new Promise((resolve) => {
        // Answers at once while the connection stands; where it broke, a new one is tried until the deadline.
        if (client === undefined) resolve(true);
        else client.waitForReady(Date.now() + REACH_MS, (error) => resolve(error === undefined));
      }),
  };
}
