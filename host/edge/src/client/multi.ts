import { type Chained, type Commands as Methods, type Named } from '../commands/index.js';
import { flat, type Row } from '../commands/row.js';
import { FerriteError } from '../errors.js';
import type { Connection, Waiting } from './connection.js';
import type { Argument, Commands } from '../resp/commands.js';
import type { Reply } from '../resp/replies.js';
import { Collected } from './call.js';
import { Executor } from './executor.js';
import type { Store } from './store.js';
import { rowOf } from './words.js';

/** Every command as a method that adds it. */
export interface Multi extends Chained<Named<Methods>, Multi> {}

/** Commands of a transaction: MULTI, EXEC. https://redis.io/docs/latest/develop/using-commands/transactions/ */
export class Multi extends Executor {
  #commands: Commands;
  #rows: Row[] = [];
  #args: (readonly unknown[])[] = [];
  #isDone = false;

  constructor(
    private readonly store: Store,
    private readonly own: () => Connection,
    private readonly asBytes: boolean,
  ) {
    super();
    this.#commands = store.queue.takeCommands();
    this.#commands.push(['MULTI'], []);
  }

  /** How many commands the transaction has. */
  get length(): number {
    return this.#rows.length;
  }

  /** Adds any command. */
  execute(command: string, ...args: Argument[]): this {
    return this.run(rowOf(command, args, true), args);
  }

  /**
   * Runs the transaction. The results come in the order of the commands, with a `FerriteError` in the place of one that
   * failed, as Redis does; null when a watched key was changed. A command that cannot even be queued (its arguments are
   * wrong) rejects the whole, and nothing runs.
   */
  exec(): Promise<any[] | null> {
    this.#expectOpen();
    this.#isDone = true;
    if (this.#rows.length === 0) return Promise.resolve([]);
    // One reply holds all results: as bytes when one of them has to be.
    const inBytes = this.asBytes || this.#rows.some((row) => row.isBinary);
    this.#commands.push(['EXEC'], []);
    return new Promise((resolve, reject) => {
      let refused: FerriteError | undefined;
      const queued = new Collected(false, (reply) => {
        if (reply instanceof FerriteError) refused ??= reply;
      });
      const waiting: Waiting[] = new Array(this.#rows.length + 1).fill(queued);
      waiting.push(
        new Collected(inBytes, (reply) => {
          if (reply instanceof FerriteError) reject(refused ?? reply);
          else resolve(reply === null ? null : this.#results(reply as Reply[], inBytes));
        }),
      );
      try {
        this.store.callAll(this.own, this.#commands, waiting);
      } catch (error) {
        reject(error);
      }
    });
  }

  #results(replies: Reply[], inBytes: boolean): unknown[] {
    return replies.map((reply, at) => {
      const row = this.#rows[at]!;
      if (reply instanceof FerriteError) return reply;
      const read = inBytes && !this.asBytes && !row.isBinary ? asText(reply) : reply;
      return row.reply ? row.reply(read, this.#args[at]!) : read;
    });
  }

  protected override run(row: Row, args: readonly unknown[]): this {
    this.#expectOpen();
    this.#commands.push(row.words, row.shape ? row.shape(args) : flat(args));
    this.#rows.push(row);
    this.#args.push(args);
    return this;
  }

  #expectOpen(): void {
    if (this.#isDone) throw new FerriteError('ERR this transaction was executed already: make a new one');
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A reply with its bytes as text. */
function asText(reply: Reply): Reply {
  if (reply instanceof Uint8Array) return decoder.decode(reply);
  if (Array.isArray(reply)) return reply.map(asText);
  if (reply instanceof FerriteError || typeof reply !== 'object' || reply === null) return reply;
  return Object.assign(Object.create(null), Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, asText(value)])));
}
