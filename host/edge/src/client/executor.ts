import { ROWS } from '../commands/index.js';
import type { Row } from '../commands/row.js';

/** Something that has a method for each command. What a method returns is its own affair: a promise, or itself. */
export abstract class Executor {
  /** Runs a command, or queues it. */
  protected abstract run(row: Row, args: readonly unknown[]): unknown;

  /** Gives a class methods, each under both of its names. What the class defines itself is found before them. */
  static install(target: typeof Executor.prototype, rows: readonly Row[]): void {
    // Without a prototype it is a table from the start: hundreds of properties, added one by one to a class, take as long to
    // define as the store takes to compile.
    const methods: object = Object.create(null);
    for (const row of rows) {
      const value = function (this: Executor, ...args: unknown[]) {
        return this.run(row, args);
      };
      for (const name of [row.method, row.method.toLowerCase()]) {
        Object.defineProperty(methods, name, { value, writable: true, configurable: true });
      }
    }
    Object.setPrototypeOf(methods, Object.getPrototypeOf(target));
    Object.setPrototypeOf(target, methods);
  }
}

Executor.install(Executor.prototype, ROWS);
