import type { AnswerHead, UpstreamEvent, UpstreamRequest } from './exchanges.js';
import { failureOf } from './failure.js';

/** Encodings that every `fetch` takes off the body, while some leave the header that names them. */
const TAKEN_OFF = /^(gzip|x-gzip|deflate|br|zstd)$/i;

/** Who is told what came. */
type Tell = (event: UpstreamEvent) => void;

/** One call to a model's server, which gives its next event when it is asked. */
export class Upstream {
  readonly #abort = new AbortController();
  readonly #tell: Tell;
  readonly #response: Promise<Response | undefined>;
  #body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #hasHead = false;
  #isOver = false;

  /** Begins it. Each `read` is answered by one event; a failure is told at once. */
  constructor(fetch: typeof globalThis.fetch, request: UpstreamRequest, tell: Tell) {
    this.#tell = tell;
    this.#response = this.#send(fetch, request).catch((error: unknown) => this.#fail(error));
  }

  /** Asks for the next event. */
  async read(): Promise<void> {
    const response = await this.#response;
    if (!response || this.#isOver) return;
    if (!this.#hasHead) {
      this.#hasHead = true;
      this.#tell({ tag: 'head', val: headOf(response) });
      return;
    }
    try {
      this.#body ??= response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
      const piece = await this.#next();
      if (this.#isOver) return;
      if (piece) return this.#tell({ tag: 'body', val: piece });
      this.#isOver = true;
      this.#tell({ tag: 'end' });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Drops it, with its connection unless its answer is whole. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#abort.abort();
    // Not every `fetch` that is given looks at the signal any more once there is a body.
    this.#body?.cancel().catch(() => undefined);
  }

  async #send(fetch: typeof globalThis.fetch, request: UpstreamRequest): Promise<Response> {
    const headers = new Headers(request.headers);
    // What is compressed would be taken apart here and, if the client wants it so, put together again.
    headers.set('accept-encoding', 'identity');
    const response = await fetch(`${request.scheme}://${request.authority}${request.path}`, {
      method: request.method,
      headers,
      // Methods without a body may be given none.
      ...(request.body.length > 0 ? { body: request.body as Uint8Array<ArrayBuffer> } : {}),
      redirect: 'manual',
      signal: this.#abort.signal,
    });
    if (response.status < 100) throw new Error('the upstream redirects, and where to is not shown here');
    return response;
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = (await this.#body?.read()) ?? { done: true, value: undefined };
      if (done) return undefined;
      if (value!.length > 0) return value;
    }
  }

  #fail(error: unknown): undefined {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell({ tag: 'failed', val: failureOf(error) });
  }
}

/** The head of an answer, as its body is given here. */
function headOf(response: Response): AnswerHead {
  const encodings = response.headers.get('content-encoding')?.split(',') ?? [];
  const isTakenOff = encodings.length > 0 && encodings.every((encoding) => TAKEN_OFF.test(encoding.trim()));
  const of = isTakenOff ? ['content-encoding', 'content-length'] : [];
  return { status: response.status, headers: [...response.headers].filter(([name]) => !of.includes(name)) };
}
