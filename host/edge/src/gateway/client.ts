import type { AnswerHead } from './exchanges.js';

/** Statuses whose answers have no body: a `Response` of one refuses to be given any. */
const WITHOUT_BODY = [101, 204, 205, 304];

const LOST = new TextEncoder().encode(
  '{"error":{"message":"the gateway failed and has begun anew: try again",' +
    '"type":"server_error","param":null,"code":"gateway_failed"}}',
);

/** Who asked, from the head of the answer on. */
export class Client {
  readonly response: Promise<Response>;
  readonly #isHead: boolean;
  readonly #onLeft: () => void;
  #resolve!: (response: Response) => void;
  #reject!: (error: unknown) => void;
  #hasBegun = false;
  #hasLeft = false;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  #goOn: (() => void) | undefined;

  /** `onLeft` is called once, when nobody waits for the answer any more. */
  constructor(isHead: boolean, onLeft: () => void) {
    this.#isHead = isHead;
    this.#onLeft = onLeft;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  begin({ status, headers }: AnswerHead): void {
    this.#hasBegun = true;
    if (this.#isHead || WITHOUT_BODY.includes(status)) return this.#resolve(new Response(null, { status, headers }));
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#body = controller),
        pull: () => this.release(),
        cancel: () => this.leave(),
      },
      // One on the way beside the one that is written.
      { highWaterMark: 1 },
    );
    if (this.#hasLeft) this.#body = undefined;
    this.#resolve(new Response(body, { status, headers }));
  }

  /** Resolves when the client is ready for more. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#body?.enqueue(bytes);
    if ((this.#body?.desiredSize ?? 1) > 0) return undefined;
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  finish(): void {
    this.#body?.close();
    this.#body = undefined;
  }

  /** The answer has begun and has no end, or there is none. */
  abort(): void {
    const error = new Error('the gateway could not complete the answer');
    this.#body?.error(error);
    this.#body = undefined;
    if (!this.#hasBegun) this.#reject(error);
  }

  /** Tells that the component trapped while it served this client. */
  lost(): void {
    if (this.#hasBegun) return this.abort();
    const headers: [string, string][] = [
      ['content-type', 'application/json'],
      ['content-length', String(LOST.length)],
    ];
    this.begin({ status: 500, headers });
    this.#body?.enqueue(LOST);
    this.finish();
  }

  /** Nobody waits for it. What is written goes nowhere from here on. */
  leave(reason?: unknown): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    try {
      // Who cancelled the stream has closed it already; whose request was aborted has not.
      this.#body?.error(reason);
    } catch {
      // It was closed.
    }
    this.#body = undefined;
    if (!this.#hasBegun) this.#reject(reason);
    this.release();
    this.#onLeft();
  }

  /** Lets go what waits until the client has read. */
  release(): void {
    this.#goOn?.();
    this.#goOn = undefined;
  }
}
