/** Requests by plain node:http, to see what really comes over the wire. */
import { once } from "node:events";
import { request } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from "node:http";
import type { Bench } from "./support.js";

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** How many pieces the body came in. */
  readonly chunks: number;
  /** Whether the whole of it came. */
  readonly isComplete: boolean;
}

export interface RawOptions extends RequestOptions {
  readonly body?: unknown;
}

/** A request on a connection of its own, with the fleet's token. Paths are below the application. */
export function ask(losant: Bench, path: string, { body, headers, ...options }: RawOptions = {}): ClientRequest {
  const sent = request(`${losant.simulator.url}/applications/${losant.app}${path}`, {
    agent: false,
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: "Bearer fleet-token-c0ffee", ...headers },
    ...options,
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return sent;
}

/** @returns the answer as far as it came; rejects where there are no headers */
export async function answerTo(sent: ClientRequest): Promise<RawAnswer> {
  const answer = await headersOf(sent);
  const chunks: Buffer[] = [];
  answer.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => {
    answer.once("close", resolve);
    answer.once("error", () => {});
  });
  const { statusCode: status = 0, headers, complete: isComplete } = answer;
  return { status, headers, body: Buffer.concat(chunks), chunks: chunks.length, isComplete };
}

export async function headersOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}

/** The error that a request without an answer ends with, for example `read ECONNRESET`. */
export async function failureOf(sent: ClientRequest): Promise<string | undefined> {
  const error = await answerTo(sent).then(
    () => undefined,
    (reason: NodeJS.ErrnoException) => reason,
  );
  return error && `${error.syscall ?? error.message} ${error.code}`;
}
