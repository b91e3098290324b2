import { type Options as StoreOptions, Ferrite } from '../ferrite.js';
import { moduleOf, type WasmSource } from '../engine/module.js';
import type { Platform } from '../platforms/platform.js';
import { Exchange, type Surroundings } from './exchange.js';
import type { Level } from './exchanges.js';
import { Instance, type Settings } from './instance.js';
import type { Policy } from './policies.js';

/** How a gateway is made. */
export interface GatewayOptions {
  /** The configuration: the text of a `gateway.toml`. */
  config: string;
  /** What the configuration may refer to for secrets, such as `process.env`. Of it the gateway is shown what the text names. */
  variables?: Readonly<Record<string, unknown>>;
  /** Where keys, budgets, limits and the cache are. When left out: a store of the gateway's own, of `maxMemory`. */
  store?: Ferrite;
  /** The most that a store of its own may hold, as in `new Ferrite`: 64mb when left out. What has a time to live goes first. */
  maxMemory?: string | number;
  /** What asks upstreams: the runtime's `fetch` when left out. */
  fetch?: typeof globalThis.fetch;
  /** What `[[policies]]` of the configuration name. */
  policies?: Readonly<Record<string, Policy>>;
  /** Turns texts, at most 64, into vectors, one for each: for deployments with `provider = "local"`, and for an `[embedder]` that names no model. */
  embed?: (texts: string[]) => Promise<ArrayLike<number>[]>;
  /** Takes lines of the log: the console when left out. */
  log?: (level: Level, text: string) => void;
  /** Where the gateway's WebAssembly comes from when the package cannot find it itself. */
  wasm?: WasmSource | Promise<WasmSource>;
}

/** What a Worker's handler is given beside the request. */
export interface Context {
  /** Keeps what a request began alive until it is done: others may wait for it. */
  waitUntil?(promise: Promise<unknown>): void;
}

/** An AI gateway in this process. */
export interface Gateway {
  /**
   * Answers a request. A stream is read from upstream as fast as its reader takes it. Whoever leaves cancels the body, or
   * aborts the request's signal.
   */
  fetch(request: Request, context?: Context): Promise<Response>;
  /** Takes another configuration. What has begun ends by the one before, which stays if there is a mistake. */
  configure(config: string, variables?: Readonly<Record<string, unknown>>): void;
  /** Where keys, budgets, limits and the cache are. */
  readonly store: Ferrite;
  /** Ends it, and its store if that is its own. Requests in flight fail. */
  close(): void;
}

/** Where a gateway runs: the store's class there, and what brings the component. */
export interface Place {
  readonly store: new (options: StoreOptions) => Ferrite;
  readonly platform: Platform;
}

const OPTIONS = ['config', 'variables', 'store', 'maxMemory', 'fetch', 'policies', 'embed', 'log', 'wasm'];

/** Makes a gateway. Rejects with a `GatewayError` that has all mistakes of the configuration. */
export async function createGatewayIn(place: Place, options: GatewayOptions): Promise<Gateway> {
  expectOptions(options);
  const { log = toConsole, policies = {}, embed } = options;
  // `globalThis.fetch` may be called as a method of nothing else.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const settings = settingsOf(options.config, options.variables);
  // What may be lost is what has a time to live: answers in the cache, never keys or what was spent.
  const own = options.store ? undefined : { maxMemory: options.maxMemory ?? '64mb', maxMemoryPolicy: 'volatile-lru' };
  const store = options.store ?? new place.store(own!);
  try {
    const [module, engine] = await Promise.all([moduleOf(options.wasm, place.platform), store.engine()]);
    const instance = new Instance(module, engine, (cause) =>
      log('error', `the gateway component trapped; requests in flight are lost, and it begins anew: ${cause}`),
    );
    instance.configure(settings);
    return new Driven({ instance, fetch, policies, embed, log }, store, own !== undefined);
  } catch (error) {
    if (own) store.close();
    throw error;
  }
}

class Driven implements Gateway {
  readonly store: Ferrite;
  readonly #around: Surroundings;
  readonly #ownsStore: boolean;

  constructor(around: Surroundings, store: Ferrite, ownsStore: boolean) {
    this.#around = around;
    this.store = store;
    this.#ownsStore = ownsStore;
  }

  // Bound: `Deno.serve(gateway.fetch)`.
  readonly fetch = (request: Request, context?: Context): Promise<Response> => {
    const exchange = new Exchange(this.#around, request);
    const done = exchange.run().catch((error: unknown) => this.#around.log('error', `an exchange failed: ${error}`));
    if (typeof context?.waitUntil === 'function') context.waitUntil(done);
    return exchange.client.response;
  };

  configure(config: string, variables?: Readonly<Record<string, unknown>>): void {
    this.#around.instance.configure(settingsOf(config, variables));
  }

  close(): void {
    this.#around.instance.close();
    if (this.#ownsStore) this.store.close();
  }
}

/** Of the variables those which the text names: what else there is in an environment is not the gateway's affair. */
function settingsOf(config: string, variables: Readonly<Record<string, unknown>> = {}): Settings {
  if (typeof config !== 'string') throw new TypeError('createGateway: `config` is not the text of a configuration');
  const named = Object.entries(variables).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && config.includes(entry[0]),
  );
  return { toml: config, variables: named };
}

function toConsole(level: Level, text: string): void {
  console[level === 'warning' ? 'warn' : level](`gateway: ${text}`);
}

function expectOptions(options: GatewayOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('createGateway: the options are no object');
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      throw new TypeError(`createGateway: there is no option ${name}; there are ${OPTIONS.join(', ')}`);
    }
  }
}
