import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gateway } from './gateway-node.js';

/** Where to listen. */
export interface HttpServerOptions {
  /** 4000 when left out; 0 takes a free one. */
  port?: number;
  /** 127.0.0.1 when left out. */
  host?: string;
}

/** Connections at a time, as of the native gateway; further ones are closed. Each may hold a body of a request in memory. */
const MOST_CONNECTIONS = 4096;

/** A server in front of a gateway. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** Stops listening and ends all connections; the gateway stays. */
  close(): Promise<void>;
}

/**
 * Serves a gateway, or a handler of the HTTP adapter as `{ fetch: handler }`, over HTTP/1.1 in Node. Bun and Deno have servers
 * that take `gateway.fetch` as it is.
 */
export async function serve(gateway: Pick<Gateway, 'fetch'>, { port = 4000, host = '127.0.0.1' }: HttpServerOptions = {}): Promise<HttpServer> {
  const server = createServer({ noDelay: true }, (request, response) => void answer(gateway, request, response));
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(gateway: Pick<Gateway, 'fetch'>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  // A connection that breaks is closed, which is all there is to do about it.
  response.on('error', () => undefined);
  try {
    const { status, headers, body } = await gateway.fetch(requestOf(request, gone.signal));
    response.writeHead(status, [...headers].flat());
    if (body) {
      for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
        if (!response.write(piece)) await drained(response);
        if (response.destroyed) return;
      }
    }
    response.end();
  } catch {
    // The client has gone, or the answer has no end: it is seen by the connection's.
    response.destroy();
  }
}

/** Until the client has read, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function requestOf(message: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index]!, message.rawHeaders[index + 1]!);
  }
  // Who sends no Host is answered too; where the gateway is does not matter to it.
  const url = new URL(message.url ?? '/', 'http://gateway');
  const method = message.method ?? 'GET';
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  return new Request(url, { method, headers, signal, body: bodyOf(message), duplex: 'half' } as RequestInit);
}

/** The request's body, read as fast as it is taken. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}
