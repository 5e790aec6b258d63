/** Answers that no web framework would send: parts of them, slow ones, endless ones. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";

/** A whole answer, to be sent in an unusual way. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

/** Nothing, for as long as the client waits. */
export function stall(): void {}

/** Headers and half of the body, then nothing. */
export function stallInBody(answer: WholeAnswer) {
  return (outgoing: ServerResponse): void => {
    begin(outgoing, answer).write(firstHalf(answer.body));
  };
}

/** Half of the body that `Content-Length` promises, then an orderly end of the connection. */
export function cutShort(answer: WholeAnswer) {
  return (outgoing: ServerResponse): void => {
    begin(outgoing, answer).write(firstHalf(answer.body), () => outgoing.socket?.end());
  };
}

/** One byte at a time. */
export function drip(answer: WholeAnswer, everyMs: number) {
  return (outgoing: ServerResponse): void => {
    begin(outgoing, answer);
    let sent = 0;
    const timer = setInterval(() => {
      outgoing.write(answer.body.subarray(sent, (sent += 1)));
      if (sent < answer.body.length) return;
      clearInterval(timer);
      outgoing.end();
    }, everyMs).unref();
    outgoing.once("close", () => clearInterval(timer));
  };
}

/** The body behind so many blanks; compressed, they are nearly nothing on the wire. */
export function sendPadded({ status, headers, body }: WholeAnswer, bytes: number, isCompressed: boolean) {
  return (outgoing: ServerResponse): void => {
    // Each chunk is compressed by itself: gzip allows several such members one after the other.
    const encode = isCompressed ? (chunk: Buffer) => gzipSync(chunk) : (chunk: Buffer) => chunk;
    outgoing.writeHead(status, { ...headers, ...(isCompressed ? { "content-encoding": "gzip" } : {}) });
    // A client that hangs up is no failure of the simulator.
    pipeline(Readable.from(padded(body, bytes, encode)), outgoing).catch(() => {});
  };
}

const CHUNK_BYTES = 1 << 20;

function* padded(body: Buffer, bytes: number, encode: (chunk: Buffer) => Buffer): Generator<Buffer> {
  const chunk = encode(Buffer.alloc(CHUNK_BYTES, " "));
  for (let count = Math.floor(bytes / CHUNK_BYTES); count > 0; count -= 1) yield chunk;
  yield encode(Buffer.concat([Buffer.alloc(bytes % CHUNK_BYTES, " "), body]));
}

function begin(outgoing: ServerResponse, { status, headers, body }: WholeAnswer): ServerResponse {
  outgoing.writeHead(status, { ...headers, "content-length": String(body.length) });
  outgoing.flushHeaders();
  return outgoing;
}

function firstHalf(body: Buffer): Buffer {
  return body.subarray(0, Math.ceil(body.length / 2));
}
