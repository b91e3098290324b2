import type { Engine } from '../engine/engine.js';
import type { Session } from '../engine/session.js';
import type { FerriteError } from '../errors.js';
import { Push, Replies, type Reply } from '../resp/replies.js';

/** Somebody who waits for a reply. */
export interface Waiting {
  /** Whether strings are wanted as bytes. */
  readonly asBytes: boolean;
  /** Is called once, while the engine is busy: must not call it. An error reply is a value here. */
  settle(reply: Reply): void;
}

/** A session whose replies go, in their order, to those who sent the commands. */
export class Connection {
  /** Is told what no command asked for: messages, invalidations. */
  onPush: (items: Reply[]) => void = () => undefined;
  /** Whether strings of pushes are wanted as bytes. */
  wantsBytes = false;
  readonly #session: Session;
  readonly #replies = new Replies();
  #waiting: readonly Waiting[] = [];
  /** Those before it have their reply. */
  #first = 0;
  #error: FerriteError | undefined;

  constructor(engine: Engine) {
    this.#session = engine.open('embedded', 'embedded', {
      onReplies: (bytes, at, end) => this.#read(bytes, at, end),
      onClose: (error) => this.#refuse(error),
    });
  }

  get isOpen(): boolean {
    return this.#error === undefined;
  }

  /** Runs whole commands. Those who wait for their replies are settled in this order, most of them before this returns. */
  send(commands: Uint8Array, waiting: readonly Waiting[]): void {
    this.#waiting = this.#first === this.#waiting.length ? waiting : [...this.#waiting.slice(this.#first), ...waiting];
    this.#first = 0;
    if (this.#error) this.#refuse(this.#error);
    else this.#session.send(commands);
  }

  /** Who still waits is told that nothing will come. */
  close(): void {
    this.#session.close();
  }

  #read(bytes: Uint8Array, at: number, end: number): void {
    const replies = this.#replies;
    replies.open(bytes, at, end);
    while (!replies.isEmpty) {
      const waiting = this.#waiting[this.#first];
      const reply = replies.next(waiting?.asBytes ?? this.wantsBytes);
      if (reply instanceof Push) this.onPush(reply.items);
      else if (waiting) {
        this.#first++;
        waiting.settle(reply);
      }
    }
  }

  #refuse(error: FerriteError): void {
    this.#error = error;
    const rest = this.#waiting.slice(this.#first);
    this.#waiting = [];
    this.#first = 0;
    for (const one of rest) one.settle(error);
  }
}
