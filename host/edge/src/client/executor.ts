import type { Row } from '../commands/row.js';

/** Something that has a method for each command. What a method returns is its own affair: a promise, or itself. */
export abstract class Executor {
  /** Runs a command, or queues it. */
  protected abstract run(row: Row, args: readonly unknown[]): unknown;

  /** Gives a class its methods, under both of their names. */
  static install(target: typeof Executor.prototype, rows: readonly Row[]): void {
    for (const row of rows) {
      const value = function (this: Executor, ...args: unknown[]) {
        return this.run(row, args);
      };
      for (const name of new Set([row.method, row.method.toLowerCase()])) {
        if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
      }
    }
  }
}
