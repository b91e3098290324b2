import { Core } from '../engine/core.js';
import type { Engine } from '../engine/engine.js';
import { StoreCommands } from './commands.js';
import { GatewayError, Lost } from './errors.js';
import { type Action, actions, configured, type Event, event, requestHead, type RequestHead, variables } from './exchanges.js';

const GATEWAY = { name: 'gateway', package: 'ferrite:gateway', interface: 'exchanges' };

/** What a gateway is configured with: a TOML text, and the variables that it names. */
export interface Settings {
  readonly toml: string;
  readonly variables: [string, string][];
}

/** An exchange in the component. */
export interface Handle {
  readonly number: bigint;
  /** Where it lies in the component's memory. */
  readonly at: number;
  readonly live: Live;
}

/** Who is told what others have for an exchange. */
export interface Waker {
  /** There is something to do for it. */
  woken(): void;
  /** It is over: the component trapped. */
  lost(): void;
}

/** The component, and what it imports; made anew behind a trap. Nothing here is called while a call is under way. */
export class Instance {
  readonly #module: WebAssembly.Module;
  readonly #store: StoreCommands;
  readonly #now: () => bigint;
  readonly #onTrap: (cause: unknown) => void;
  readonly #wakers = new Map<bigint, Waker>();
  #settings: Settings | undefined;
  /** None behind a trap, until the next request. */
  #live: Live | undefined;
  #isClosed = false;

  constructor(module: WebAssembly.Module, engine: Engine, onTrap: (cause: unknown) => void) {
    this.#module = module;
    this.#store = new StoreCommands(engine);
    this.#now = engine.clock.now;
    this.#onTrap = onTrap;
  }

  /** Takes a configuration; the one before stays if there is a mistake in it. */
  configure(settings: Settings): void {
    const live = this.#ready();
    this.#call(live, () => live.configure(settings));
    this.#settings = settings;
  }

  begin(head: RequestHead, waker: Waker): Handle {
    const live = this.#ready();
    const handle = this.#call(live, () => live.begin(head));
    this.#wakers.set(handle.number, waker);
    return handle;
  }

  /** Tells an exchange what happened; returns what to do now. */
  handle({ live, at }: Handle, happened: Event): Action[] {
    return this.#call(live, () => live.handle(at, happened));
  }

  /** What to do now, without an event. */
  more({ live, at }: Handle): Action[] {
    return this.#call(live, () => live.more(at));
  }

  /** Ends an exchange, whole or not. */
  end({ live, at, number }: Handle): void {
    // If it is lost, it has ended with its instance, and its number may be another one's.
    if (live !== this.#live) return;
    this.#wakers.delete(number);
    this.#call(live, () => live.drop(at));
  }

  /** Tells others that there is something for them. */
  wake(numbers: readonly bigint[]): void {
    for (const number of numbers) this.#wakers.get(number)?.woken();
  }

  /** Serves no more; exchanges in flight are lost. */
  close(): void {
    this.#isClosed = true;
    this.#loseAll();
  }

  #call<T>(live: Live, call: () => T): T {
    if (live !== this.#live || this.#isClosed) throw new Lost('its instance is gone');
    let returned: T;
    try {
      returned = call();
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      this.#live = undefined;
      this.#loseAll();
      this.#onTrap(cause);
      throw new Lost('the gateway component trapped', { cause });
    }
    this.#store.settle();
    return returned;
  }

  /** The instance that is there, or a new one. */
  #ready(): Live {
    if (this.#isClosed) throw new GatewayError('the gateway was closed');
    if (this.#live) return this.#live;
    const live = this.#instantiate();
    this.#live = live;
    const settings = this.#settings;
    if (settings) this.#call(live, () => live.configure(settings));
    return live;
  }

  #loseAll(): void {
    const wakers = [...this.#wakers.values()];
    this.#wakers.clear();
    for (const waker of wakers) waker.lost();
  }

  #instantiate(): Live {
    // Known only afterwards; nothing is imported before.
    let live: Live | undefined;
    const entropy = new BigUint64Array(1);
    const functions: Record<string, WebAssembly.ImportValue> = {
      'ferrite:store/commands execute': (at: number, count: number, to: number) =>
        this.#store.execute(live!.core, at >>> 0, count >>> 0, to >>> 0),
      'ferrite:store/environment now-us': this.#now,
      'ferrite:store/environment entropy': () => crypto.getRandomValues(entropy)[0]!,
      // An exchange is named by where it lies in the component's memory: nobody else holds handles.
      '[export]ferrite:gateway/exchanges [resource-new]exchange': (at: number) => at,
      '[export]ferrite:gateway/exchanges [resource-drop]exchange': () => undefined,
    };
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module, name } of WebAssembly.Module.imports(this.#module)) {
      // The rest belongs to its other export, `wasi:http/incoming-handler`, which nobody calls here.
      (imports[module] ??= {})[name] = functions[`${module.split('@')[0]} ${name}`] ?? notHere(module, name);
    }
    live = new Live(new WebAssembly.Instance(this.#module, imports));
    return live;
  }
}

const notHere = (module: string, name: string) => () => {
  throw new Error(`the gateway asked for ${name} of ${module}, which is not here`);
};

/** One instance of the component: `ferrite:gateway/exchanges`. */
class Live {
  readonly core: Core;
  readonly #begin;
  readonly #number;
  readonly #drop;
  readonly #handle;
  readonly #handleDone;
  readonly #more;
  readonly #moreDone;
  readonly #configure;
  readonly #configureDone;

  constructor(instance: WebAssembly.Instance) {
    const core = new Core(instance.exports, GATEWAY);
    this.core = core;
    this.#begin = core.find('exchanges#[constructor]exchange');
    this.#number = core.find('exchanges#[method]exchange.number');
    this.#drop = core.find('exchanges#[dtor]exchange');
    this.#handle = core.find('exchanges#[method]exchange.handle');
    this.#handleDone = core.findPost('exchanges#[method]exchange.handle');
    this.#more = core.find('exchanges#[method]exchange.more');
    this.#moreDone = core.findPost('exchanges#[method]exchange.more');
    this.#configure = core.find('exchanges#configure');
    this.#configureDone = core.findPost('exchanges#configure');
  }

  begin(head: RequestHead): Handle {
    const at = this.#begin(...requestHead.lower(this.core, head)) >>> 0;
    return { number: BigInt.asUintN(64, this.#number(at)), at, live: this };
  }

  handle(exchange: number, happened: Event): Action[] {
    const at = this.#handle(exchange, ...event.lower(this.core, happened)) >>> 0;
    const todo = actions.load(this.core, at);
    this.#handleDone(at);
    return todo;
  }

  more(exchange: number): Action[] {
    const at = this.#more(exchange) >>> 0;
    const todo = actions.load(this.core, at);
    this.#moreDone(at);
    return todo;
  }

  drop(exchange: number): void {
    this.#drop(exchange);
  }

  configure(settings: Settings): void {
    const toml = this.core.giveText(settings.toml);
    const at = this.#configure(...toml, ...variables.lower(this.core, settings.variables)) >>> 0;
    const outcome = configured.load(this.core, at);
    this.#configureDone(at);
    if (outcome.tag === 'ok') return;
    const lines = outcome.val.map(({ line, text }) => (line ? `line ${line}: ${text}` : text));
    throw new GatewayError(`the configuration has mistakes:\n${lines.join('\n')}`, outcome.val);
  }
}
