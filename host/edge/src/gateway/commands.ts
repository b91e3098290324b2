import type { Core } from '../engine/core.js';
import type { Engine } from '../engine/engine.js';
import { bool, f64, list, record, result, s64, string, u32, u64, variant, view } from '../engine/abi.js';

/** The types of `ferrite:store/commands`, as wit/store/commands.wit and types.wit have them. */
const node = variant({
  null: undefined,
  boolean: bool,
  integer: s64,
  double: f64,
  bytes: view,
  status: view,
  failure: view,
  array: u32,
  set: u32,
  map: u32,
});
const error = variant({
  command: string,
  'not-permitted': string,
  'limit-exceeded': record({ name: string, allowed: u64, requested: u64 }),
});
const argv = list(view);
const replied = result(list(node), error);

/** `commands.execute` of an embedded store, for another component: from its memory to the store's, and back. */
export class StoreCommands {
  readonly #engine: Engine;
  readonly #select;
  readonly #execute;
  readonly #done;
  #wasUsed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#select = engine.core.find('transactions#select');
    this.#execute = engine.core.find('commands#execute');
    this.#done = engine.core.findPost('commands#execute');
  }

  /** The command whose words are described at `at`, `count` of them; its reply goes to `to`. */
  execute(caller: Core, at: number, count: number, to: number): void {
    const store = this.#engine.core;
    this.#wasUsed = true;
    try {
      const words = Array.from({ length: count }, (_, index) => view.load(caller, at + view.size * index));
      // Functions of the store may have chosen another database.
      this.#select(0);
      const reply = this.#execute(...argv.lower(store, words)) >>> 0;
      replied.store(caller, to, replied.load(store, reply));
      this.#done(reply);
    } catch (cause) {
      replied.store(caller, to, { tag: 'err', val: { tag: 'command', val: `UNAVAILABLE ${(cause as Error).message}` } });
    }
  }

  /** Hands on what commands left behind for subscribers. To be called when nobody is being called. */
  settle(): void {
    if (!this.#wasUsed) return;
    this.#wasUsed = false;
    this.#engine.settle({ hasOutbox: true, hasEvents: true });
    this.#engine.maintenance.afterCommands();
  }
}
