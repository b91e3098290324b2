import { type Chained, type Commands as Methods, type Named } from '../commands/index.js';
import { flat, mayBlock, type Row } from '../commands/row.js';
import { FerriteError } from '../errors.js';
import type { Connection, Waiting } from './connection.js';
import type { Argument, Commands } from '../resp/commands.js';
import type { Reply } from '../resp/replies.js';
import { Executor } from './executor.js';
import type { Store } from './store.js';
import { rowOf } from './words.js';

/** Every command as a method that adds it. */
export interface Pipeline extends Chained<Named<Methods>, Pipeline> {}

/** Commands that are collected, and then run at once. */
export class Pipeline extends Executor implements Waiting {
  #commands: Commands;
  #waiting: Waiting[] = [];
  #bytes: Waiting | undefined;
  #rows: Row[] = [];
  /** Of those commands whose reply is made into something else. */
  #args: (readonly unknown[] | undefined)[] = [];
  #results: unknown[] = [];
  #done: (() => void) | undefined;

  constructor(
    private readonly store: Store,
    private readonly own: () => Connection,
    readonly asBytes: boolean,
  ) {
    super();
    this.#commands = store.queue.takeCommands();
  }

  /** How many commands wait to be executed. */
  get length(): number {
    return this.#rows.length;
  }

  /** Adds any command. */
  execute(command: string, ...args: Argument[]): this {
    return this.run(rowOf(command, args, true), args);
  }

  /**
   * Runs the commands. The results come in their order; in the place of a command that failed there is its `FerriteError`,
   * and the others ran all the same.
   */
  exec(): Promise<any[]> {
    if (this.#rows.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#done = () => resolve(this.#results);
      try {
        this.store.callAll(this.own, this.#commands, this.#waiting);
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Takes the reply of the next command. */
  settle(reply: Reply): void {
    const at = this.#results.length;
    const transform = reply instanceof FerriteError ? undefined : this.#rows[at]!.reply;
    this.#results.push(transform ? transform(reply, this.#args[at]!) : reply);
    if (this.#results.length === this.#rows.length) this.#done?.();
  }

  protected override run(row: Row, args: readonly unknown[]): this {
    if (this.#done) throw new FerriteError('ERR this pipeline was executed already: make a new one');
    const given = row.shape ? row.shape(args) : flat(args);
    if (mayBlock(row, given)) {
      throw new FerriteError(`ERR ${row.words[0]} may wait, and all that comes after it would: call it outside of the pipeline`);
    }
    this.#commands.push(row.words, given);
    this.#rows.push(row);
    this.#args.push(row.reply && args);
    const wantsBytes = row.isBinary && !this.asBytes;
    this.#waiting.push(wantsBytes ? (this.#bytes ??= { asBytes: true, settle: (reply) => this.settle(reply) }) : this);
    return this;
  }
}
