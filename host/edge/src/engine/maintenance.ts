import type { Engine } from './engine.js';

/** So long may a tick take. */
const BUDGET_US = 1000;
/** The engine asks to be called in this time when it has nothing left to do, and sooner when it has. */
const IDLE_MS = 100;

/** Calls `maintenance.tick` while there is something for it to do: keys that expire, memory that is freed in pieces. */
export class Maintenance {
  readonly #engine: Engine;
  readonly #tick;
  readonly #measure;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = true;
  /** In milliseconds of `Date.now`. */
  #due = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#tick = engine.core.find('maintenance#tick');
    this.#measure = engine.core.find('maintenance#measure');
  }

  /** To be called after commands. Where timers do not run (in a Worker between requests), this is what keeps time. */
  afterCommands(): void {
    const now = Date.now();
    if (now >= this.#due) this.#run();
    else if (this.#timer === undefined) this.#runIn(this.#due - now);
  }

  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const wait = Number(BigInt.asUintN(64, this.#tick(BUDGET_US)) / 1000n);
    this.#engine.settle({ hasOutbox: true, hasEvents: true });
    this.#due = Date.now() + wait;
    if (wait < IDLE_MS || this.expiringKeys > 0) this.#runIn(wait);
  }

  #runIn(wait: number): void {
    if (!this.#isRunning) return;
    this.#timer = setTimeout(() => this.#isRunning && this.#run(), wait);
    // Node and Deno do not stay alive for it.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Of `maintenance.statistics`, whose third field it is. */
  get expiringKeys(): number {
    const at = this.#measure() >>> 0;
    return Number(this.#engine.core.view.getBigUint64(at + 16, true));
  }
}
