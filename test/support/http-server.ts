/** A real HTTP server for one test: it answers as told, and remembers what it was asked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Parsed JSON; undefined if there was no body. */
  readonly body: unknown;
  /** Tells connections apart. */
  readonly clientPort: number | undefined;
}

/** `cut` closes the connection: before any answer, or in the middle of a body; `hang` never answers. */
export type Reply =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly bytes?: Buffer;
      readonly headers?: Record<string, string>;
    }
  | "cut"
  | "cutBody"
  | "hang";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Resolves when a client has closed a connection before its answer. */
  readonly abandoned: Promise<void>;
}

/** Replies one after the other, the last one for ever after; or a function of the request. */
export async function startHttpServer(
  script: readonly Reply[] | ((request: RecordedRequest) => Reply | Promise<Reply>),
): Promise<TestServer> {
  const requests: RecordedRequest[] = [];
  const abandoned = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    response.once("close", () => {
      if (!response.writableEnded) abandoned.resolve();
    });
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? "", "http://localhost");
      const recorded: RecordedRequest = {
        method: request.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: text === "" ? undefined : JSON.parse(text),
        clientPort: request.socket.remotePort,
      };
      requests.push(recorded);
      const reply =
        typeof script === "function" ? await script(recorded) : script[Math.min(requests.length, script.length) - 1];
      if (reply === undefined || reply === "cut") request.socket.destroy();
      else if (reply === "cutBody") {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"items":[', () => request.socket.destroy());
      } else if (reply !== "hang") {
        const body = reply.bytes ?? reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json));
        response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(body);
      }
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    abandoned: abandoned.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The address of a port of this machine where nothing listens. */
export async function unusedUrl(): Promise<string> {
  const server = await startHttpServer([]);
  await server[Symbol.asyncDispose]();
  return server.url;
}
