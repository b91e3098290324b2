import type { Ferrite, Wire } from '../ferrite.js';
import type { Answer, Calls } from './calls.js';

/** A session with the store for one request: commands in, replies to the component. */
export class Exchange {
  readonly #calls: Calls;
  readonly #request: number;
  readonly #wanted: number;
  #wire: Wire | undefined;
  #count = 0;
  #failed: Answer | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(calls: Calls, request: number, wanted: number) {
    this.#calls = calls;
    this.#request = request;
    this.#wanted = wanted;
  }

  /** Sends the commands; resolves once all replies are there, or there will be no more. */
  async run(db: Ferrite, commands: Uint8Array, signal: AbortSignal): Promise<Answer> {
    signal.addEventListener('abort', this.close, { once: true });
    const end = { onReplies: (bytes: Uint8Array) => this.#take(bytes), onClose: () => this.#end() };
    try {
      this.#wire = await db.wire(end, 'http', 'http');
    } catch (error) {
      return this.#calls.fail(this.#request, 503, `the store serves no more: ${(error as Error).message}`);
    }
    if (signal.aborted) this.close();
    this.#wire.send(commands);
    while (this.#count < this.#wanted && !this.#isOver) await this.more();
    return this.#failed ?? this.#calls.answer(this.#request);
  }

  /** Whether nothing comes any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when something has come, or the end; at the latest after so many milliseconds. */
  more(most?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = most === undefined ? undefined : setTimeout(resolve, most);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the session. */
  readonly close = (): void => {
    this.#wire?.close();
    this.#end();
  };

  #take(bytes: Uint8Array): void {
    if (this.#isOver) return;
    const fed = this.#calls.feed(this.#request, bytes);
    if (fed.tag === 'ok') this.#count = fed.val;
    else {
      this.#failed = fed.val;
      this.#isOver = true;
    }
    this.#wake();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}
