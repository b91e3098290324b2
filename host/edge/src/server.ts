import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Ferrite, Wire } from './node.js';

/** Where to listen. */
export interface ServerOptions {
  /** 6379 when left out; 0 takes a free one. */
  port?: number;
  /** 127.0.0.1 when left out. Any other than a loopback address is refused while the store has no password. */
  host?: string;
}

/** A server in front of a store. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** Stops listening and ends all connections; the store stays. */
  close(): Promise<void>;
}

/** What a client has not read yet, beyond which it is disconnected. */
const MOST_UNREAD_BYTES = 32 << 20;

/** Serves RESP, so that redis-cli and every Redis client can work with what is in a store of this process. */
export async function serve(db: Ferrite, { port = 6379, host = '127.0.0.1' }: ServerOptions = {}): Promise<RedisServer> {
  await db.ready();
  if (!isLoopback(host)) await expectPassword(db, host);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void connect(db, socket);
  });
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
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function connect(db: Ferrite, socket: Socket): Promise<void> {
  let wire: Wire | undefined;
  // A connection that breaks is closed, which is all there is to do about it.
  socket.on('error', () => undefined);
  socket.on('close', () => wire?.close());
  socket.pause();
  const end = {
    onReplies: (bytes: Uint8Array) => {
      if (socket.write(bytes)) return;
      if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
      // Who does not read is not read from.
      else socket.pause().once('drain', () => socket.resume());
    },
    onClose: () => socket.end(),
  };
  try {
    wire = await db.wire(end, address(socket.remoteAddress, socket.remotePort), address(socket.localAddress, socket.localPort));
  } catch {
    // The store was closed meanwhile.
    socket.destroy();
    return;
  }
  if (socket.destroyed) return wire.close();
  socket.on('data', (bytes) => wire?.send(bytes as Uint8Array));
  socket.resume();
}

const address = (host: string | undefined, port: number | undefined): string =>
  host?.includes(':') ? `[${host}]:${port}` : `${host ?? ''}:${port ?? ''}`;

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

async function expectPassword(db: Ferrite, host: string): Promise<void> {
  const { requirepass } = (await db.execute('CONFIG', 'GET', 'requirepass')) as Record<string, string>;
  if (!requirepass) {
    throw new Error(`anyone who reaches ${host} could read and change the store: set a password first (config: { requirepass })`);
  }
}
