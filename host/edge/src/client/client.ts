import { type Commands, type Named } from '../commands/index.js';
import { flat, mayBlock, type Row } from '../commands/row.js';
import type { Connection } from './connection.js';
import type { Argument } from '../resp/commands.js';
import type { Reply } from '../resp/replies.js';
import { Call } from './call.js';
import { Executor } from './executor.js';
import { Multi } from './multi.js';
import { Pipeline } from './pipeline.js';
import { installScans, type Scans } from './scan.js';
import type { Store } from './store.js';
import { rowOf } from './words.js';

/** Every command as a method, and what walks through keys and their contents. */
export interface Client<T> extends Named<Commands<T>>, Named<Scans<T>> {}

/** Calls of commands on one session: what `Ferrite`, its `binary` view and `session()` have in common. */
export class Client<T extends string | Uint8Array = string> extends Executor {
  constructor(
    protected readonly store: Store,
    /** Opens the session when it is first needed. */
    protected readonly own: () => Connection,
    protected readonly asBytes: boolean,
    protected readonly isShared: boolean,
  ) {
    super();
  }

  /**
   * Runs any command: `db.execute('SET', 'key', 'value', 'EX', 60)`. The reply is as RESP3 has it: arrays, numbers, null,
   * objects for maps. A command that other calls could get between is refused, with the method that does it instead.
   */
  execute(command: string, ...args: Argument[]): Promise<Reply> {
    try {
      return this.run(rowOf(command, args, this.isShared), args);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Commands that cross into the engine at once: `await db.pipeline().set('a', 1).get('a').exec()`. */
  pipeline(): Pipeline {
    return new Pipeline(this.store, this.own, this.asBytes);
  }

  /** A transaction: all of its commands run, and nothing between them. */
  multi(): Multi {
    return new Multi(this.store, this.own, this.asBytes);
  }

  protected override run(row: Row, args: readonly unknown[]): Promise<any> {
    const store = this.store;
    const call = new Call(this.asBytes || row.isBinary === true, row.reply, args);
    const promise = new Promise<any>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    try {
      const given = row.shape ? row.shape(args) : flat(args);
      if (this.isShared && mayBlock(row, given)) store.lend(row.words, given, call);
      else store.call(this.own, row.words, given, call);
    } catch (error) {
      call.reject(error);
    }
    return promise;
  }
}

installScans(Client.prototype);
