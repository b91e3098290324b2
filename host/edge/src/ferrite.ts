import { Collected } from './client/call.js';
import { Client } from './client/client.js';
import { type Change, live, type LiveQuery } from './client/live.js';
import { Connection } from './client/connection.js';
import { Executor } from './client/executor.js';
import { dump, restore } from './client/snapshots.js';
import { Store } from './client/store.js';
import { type Listener, type Subscription, Subscriptions } from './client/subscriptions.js';
import { type Named, SESSION_ROWS, type SessionCommands } from './commands/index.js';
import { Engine } from './engine/engine.js';
import { moduleOf, type WasmSource } from './engine/module.js';
import { FerriteError } from './errors.js';
import type { FunctionSet } from './functions.js';
import type { Platform } from './platforms/platform.js';
import { encoded } from './resp/commands.js';

/** How a store is made. Everything may be left out. */
export interface Options {
  /**
   * The most memory that data may take, as in Redis' configuration (`64mb`) or in bytes; no limit when left out, but on
   * Cloudflare. Beyond it writes are refused with `OOM`, or keys evicted, see `maxMemoryPolicy`.
   */
  maxMemory?: string | number;
  /** What to do when memory is full: `noeviction` when left out, or one of Redis' other policies, such as `allkeys-lru`. */
  maxMemoryPolicy?: string;
  /** Further settings, by the names of CONFIG SET: `{ 'notify-keyspace-events': 'KEA' }`. */
  config?: Record<string, string | number>;
  /** User-defined functions, as `npx ferrite-wasm bundle` makes them. */
  functions?: FunctionSet;
  /** Where the store's WebAssembly comes from when the package cannot find it itself: a module, its bytes, its URL. */
  wasm?: WasmSource | Promise<WasmSource>;
}

/** What this build was made of; `scripts/build.mjs` puts it in. */
declare const COMPONENT: { readonly name: string; readonly sha256: string };

/** A Redis-compatible store in this process. */
export class Ferrite extends Client {
  /** The same store with bytes for strings: `await db.binary.get('key')` is a `Uint8Array`. */
  readonly binary: Client<Uint8Array>;
  readonly #texts: Subscriptions;

  /** Makes a store. It is loaded by the first call, or by `ready()`; making it costs nothing. */
  constructor(options: Options = {}) {
    expectOptions(options);
    const platform = new.target.platform;
    const store = new Store(() => start(options, platform), platform.shortText);
    super(store, store.main, false, true);
    this.binary = new Client<Uint8Array>(store, store.main, true, true);
    this.#texts = new Subscriptions(store, false);
  }

  /** The store component in this build: the server's own, by the SHA-256 of its bytes, or the smaller one without vectors. */
  static readonly component: { readonly name: string; readonly sha256: string } = COMPONENT;

  /** Where this package runs: each entry of the package has a class with its own. */
  static readonly platform: Platform;

  /** Resolves once the store is loaded, and rejects with the reason when it cannot be. */
  async ready(): Promise<this> {
    await this.store.ready();
    return this;
  }

  /** A store with the contents of a snapshot (an RDB file, also of Redis or of a Ferrite server). A damaged one is refused. */
  static async restore<Db extends Ferrite>(
    this: new (options?: Options) => Db,
    snapshot: Uint8Array | ArrayBuffer,
    options: Options = {},
  ): Promise<Db> {
    const file = snapshot instanceof ArrayBuffer ? new Uint8Array(snapshot) : snapshot;
    if (!(file instanceof Uint8Array)) throw new TypeError('Ferrite.restore: the snapshot is no Uint8Array or ArrayBuffer');
    const db = new this(options);
    try {
      await restore(await db.store.ready(), file);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  }

  /** The whole store as a snapshot, an RDB file as Redis and the Ferrite server read it; with a key, Redis' DUMP of its value. */
  override dump(): Promise<Uint8Array>;
  override dump(key: string | Uint8Array): Promise<Uint8Array | null>;
  override async dump(key?: string | Uint8Array): Promise<Uint8Array | null> {
    if (key !== undefined) return this.run({ method: 'dump', words: ['DUMP'], isBinary: true }, [key]);
    const engine = await this.store.ready();
    this.store.queue.flush();
    return dump(engine);
  }

  /** A session of its own: what `watch()` and `select()` do there is nobody else's affair. Close it when it is done. */
  session(): SessionClient {
    return new SessionClient(this.store);
  }

  /** Listens to channels: with a listener, or by `for await (const { channel, message } of subscription)`. */
  subscribe(channels: string | string[], listener?: Listener<string>): Promise<Subscription<string>> {
    return this.#texts.add('channel', [channels].flat(), listener);
  }

  /** Listens to the channels whose names match patterns. */
  psubscribe(patterns: string | string[], listener?: Listener<string>): Promise<Subscription<string>> {
    return this.#texts.add('pattern', [patterns].flat(), listener);
  }

  /** Listens to shard channels, which here are like others but apart from them. */
  ssubscribe(channels: string | string[], listener?: Listener<string>): Promise<Subscription<string>> {
    return this.#texts.add('shard', [channels].flat(), listener);
  }

  /**
   * A live query: calls back with what the key holds, now and after each change; for a pattern (`user:*`) with the key and the
   * event of each change.
   */
  live(keyOrPattern: string, callback: (change: Change) => void): Promise<LiveQuery> {
    const subscribe = (pattern: string, listener: Listener<string>) => this.#texts.add('pattern', [pattern], listener);
    return live(this, subscribe, this.store.database, keyOrPattern, callback);
  }

  /** Works on another of the 16 databases from here on. */
  async select(database: number): Promise<string> {
    const reply = await this.run({ method: 'select', words: ['SELECT'] }, [database]);
    this.store.database = database;
    return reply;
  }

  /**
   * A client that speaks RESP by itself, as over a socket: whole or half commands in, replies out. This is what a server in
   * front of the store needs, and a WebSocket to a Worker. Addresses are what CLIENT LIST shows.
   */
  async wire(end: WireEnd, address = 'embedded', localAddress = 'embedded'): Promise<Wire> {
    const engine = await this.store.ready();
    const session = engine.open(address, localAddress, {
      onReplies: (bytes, at, until) => end.onReplies(bytes.slice(at, until)),
      onClose: () => end.onClose(),
    });
    return {
      send: (bytes) => {
        // What was called before comes before.
        this.store.queue.flush();
        session.send(bytes);
        engine.maintenance.afterCommands();
      },
      close: () => session.close(),
    };
  }

  /** For the gateway, which is another component over the same engine. @internal */
  engine(): Promise<Engine> {
    return this.store.ready();
  }

  /** Ends the store. What is in it is gone; calls that are not answered yet, and all later ones, are refused. */
  close(): void {
    this.store.close();
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')](): void {
    this.close();
  }
}

/** The other end of `Ferrite.wire`. Neither function may call the store at once. */
export interface WireEnd {
  /** Replies and pushes, in RESP. */
  onReplies(bytes: Uint8Array): void;
  /** There is no more to come: QUIT, CLIENT KILL, or the store was closed. */
  onClose(): void;
}

/** A client that speaks RESP by itself. */
export interface Wire {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** WATCH and UNWATCH, beside every other command. */
export interface SessionClient extends Named<SessionCommands> {}

/** A session of its own. */
export class SessionClient extends Client {
  readonly #end: () => void;

  constructor(store: Store) {
    let session: ReturnType<Store['open']> | undefined;
    super(store, () => (session ??= store.open()), false, false);
    this.#end = () => {
      store.queue.flush();
      session?.close();
    };
  }

  close(): void {
    this.#end();
  }
}

Executor.install(SessionClient.prototype, SESSION_ROWS);

async function start(options: Options, platform: Platform): Promise<Engine> {
  const module = await moduleOf(options.wasm, platform);
  const engine = await Engine.instantiate(module);
  engine.wire.learnInfo({ os: platform.name, redis_mode: 'standalone' });
  const maxMemory = options.maxMemory ?? platform.maxMemory;
  const settings: [string, string | number][] = Object.entries(options.config ?? {});
  if (maxMemory !== undefined) settings.push(['maxmemory', maxMemory]);
  if (options.maxMemoryPolicy !== undefined) settings.push(['maxmemory-policy', options.maxMemoryPolicy]);
  for (const setting of settings) configure(engine, setting);
  await options.functions?.attach(engine);
  return engine;
}

function configure(engine: Engine, setting: [string, string | number]): void {
  const connection = new Connection(engine);
  let refused: FerriteError | undefined;
  const told = new Collected(false, (reply) => {
    if (reply instanceof FerriteError) refused = reply;
  });
  connection.send(encoded(['CONFIG', 'SET'], setting), [told]);
  connection.close();
  if (refused) throw refused;
}

const OPTIONS = ['maxMemory', 'maxMemoryPolicy', 'config', 'functions', 'wasm'];

function expectOptions(options: Options): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('Ferrite: the options are no object');
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new TypeError(`Ferrite: there is no option ${name}; there are ${OPTIONS.join(', ')}`);
  }
}
