import { FerriteError } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import type { Connection, Waiting } from './connection.js';
import { Commands } from '../resp/commands.js';

/** Buffers that are kept. */
const MOST_SPARE = 8;

/** Commands of one session that were called one after the other. */
interface Run {
  session: () => Connection;
  commands: Commands;
  waiting: Waiting[];
}

/**
 * Auto-pipelining: what is called before the next microtask crosses into the engine at once, in the order of the calls.
 *
 * Commands are encoded when they are called, so that bytes which the caller changes later are those of the call.
 */
export class Queue {
  #engine: Engine | undefined;
  #runs: Run[] = [];
  #last: Run | undefined;
  /** Buffers that are used again: a new one for each batch would keep the garbage collector busy. */
  #spare: Commands[] = [];
  #isFlushing = false;
  #isScheduled = false;
  #refusal: FerriteError | undefined;
  readonly #shortText: number | undefined;

  /** `shortText` is the platform's. */
  constructor(shortText?: number) {
    this.#shortText = shortText;
  }

  /** The commands to write the next one to, for this session. */
  commandsFor(session: () => Connection): Run {
    const last = this.#last;
    if (last && last.session === session) return last;
    this.#last = { session, commands: this.takeCommands(), waiting: [] };
    this.#runs.push(this.#last);
    return this.#last;
  }

  /** A buffer for commands that will be given to `add`. */
  takeCommands(): Commands {
    return this.#spare.pop() ?? new Commands(this.#shortText);
  }

  /** Queues commands that were encoded elsewhere. */
  add(session: () => Connection, commands: Commands, waiting: Waiting[]): void {
    this.#runs.push({ session, commands, waiting });
    this.#last = undefined;
  }

  /** Runs what is queued in the next microtask, once there is an engine. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    if (this.#engine || this.#refusal) queueMicrotask(this.flush);
  }

  /** There is an engine now. */
  start(engine: Engine): void {
    this.#engine = engine;
    if (this.#isScheduled) this.flush();
  }

  /** There will be none: everything is refused. */
  refuse(error: FerriteError): void {
    this.#refusal = error;
    this.flush();
  }

  /** Runs what is queued now. */
  readonly flush = (): void => {
    if (this.#isFlushing || !(this.#engine || this.#refusal)) return;
    this.#isFlushing = true;
    try {
      while (this.#runs.length > 0) {
        const runs = this.#runs;
        this.#runs = [];
        this.#last = undefined;
        for (const run of runs) this.#run(run);
      }
      if (!this.#refusal) this.#engine?.maintenance.afterCommands();
    } finally {
      this.#isFlushing = false;
      this.#isScheduled = false;
    }
  };

  #run({ session, commands, waiting }: Run): void {
    try {
      if (this.#refusal) throw this.#refusal;
      session().send(commands.bytes.subarray(0, commands.length), waiting);
    } catch (error) {
      // Nothing was sent: there is no session. Once there is, it tells those who wait itself.
      const refusal = error instanceof FerriteError ? error : new FerriteError(`TRAP ${error}`, 'TRAP', { cause: error });
      for (const one of waiting) one.settle(refusal);
    }
    commands.clear();
    if (this.#spare.length < MOST_SPARE) this.#spare.push(commands);
  }
}
