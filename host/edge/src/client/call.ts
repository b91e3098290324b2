import { FerriteError } from '../errors.js';
import type { Waiting } from './connection.js';
import type { Reply } from '../resp/replies.js';

/** What makes the value of a method of a reply. */
export type Transform = (reply: any, args: readonly unknown[]) => unknown;

/** One command whose reply a promise waits for. */
export class Call implements Waiting {
  resolve!: (value: any) => void;
  reject!: (error: unknown) => void;

  constructor(
    readonly asBytes: boolean,
    readonly transform: Transform | undefined,
    readonly args: readonly unknown[],
  ) {}

  settle(reply: Reply): void {
    if (reply instanceof FerriteError) this.reject(reply);
    else this.resolve(this.transform ? this.transform(reply, this.args) : reply);
  }
}

/** One command whose reply somebody collects. */
export class Collected implements Waiting {
  constructor(
    readonly asBytes: boolean,
    readonly settle: (reply: Reply) => void,
  ) {}
}
