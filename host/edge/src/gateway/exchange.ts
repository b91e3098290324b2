import { Client } from './client.js';
import { Lost } from './errors.js';
import type { Action, Event, Level, RequestHead, UpstreamRequest } from './exchanges.js';
import type { Handle, Instance, Waker } from './instance.js';
import { ask, type Policy } from './policies.js';
import { Upstream } from './upstream.js';

/**
 * The longest that an exchange sleeps, in milliseconds; to wake it early does no harm. workerd ends a request that waits for
 * what only another one can do, unless it has a timer.
 */
const MOST_SLEEP_MS = 30_000;

/** What all exchanges of a gateway have. */
export interface Surroundings {
  readonly instance: Instance;
  readonly fetch: typeof globalThis.fetch;
  readonly policies: Readonly<Record<string, Policy>>;
  readonly embed: ((texts: string[]) => Promise<ArrayLike<number>[]>) | undefined;
  readonly log: (level: Level, text: string) => void;
}

/**
 * One request: between its client, its upstreams and the component.
 *
 * All of it runs in one asynchronous function, which others only resolve promises for: in a Worker, what belongs to a request
 * may be touched in that request alone.
 */
export class Exchange implements Waker {
  readonly client: Client;
  readonly #around: Surroundings;
  readonly #request: Request;
  readonly #upstreams = new Map<bigint, Upstream>();
  /** What happened and was not told yet: one event for each that was asked for. */
  readonly #happened: Event[] = [];
  readonly #onAbort = () => this.client.leave(this.#request.signal.reason);
  #body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWoken = false;
  #isLost = false;
  /** Goes on when something happens. */
  #goOn: (() => void) | undefined;

  constructor(around: Surroundings, request: Request) {
    this.#around = around;
    this.#request = request;
    this.client = new Client(request.method === 'HEAD', () => this.#tell({ tag: 'client-gone' }));
  }

  /** Answers the request; goes on behind the head, and when the client has gone as long as others wait for it. */
  async run(): Promise<void> {
    const { signal } = this.#request;
    let handle: Handle | undefined;
    try {
      handle = this.#around.instance.begin(headOf(this.#request), this);
      if (signal.aborted) this.#onAbort();
      else signal.addEventListener('abort', this.#onAbort, { once: true });
      await this.#obeyAll(handle);
    } catch (error) {
      this.client.lost();
      if (!(error instanceof Lost)) throw error;
    } finally {
      signal.removeEventListener('abort', this.#onAbort);
      clearTimeout(this.#timer);
      for (const upstream of this.#upstreams.values()) upstream.cancel();
      this.#body?.cancel().catch(() => undefined);
      if (handle) this.#around.instance.end(handle);
    }
  }

  woken(): void {
    this.#isWoken = true;
    this.#goOn?.();
  }

  lost(): void {
    this.#isLost = true;
    this.client.release();
    this.#goOn?.();
  }

  async #obeyAll(handle: Handle): Promise<void> {
    const { instance } = this.#around;
    let actions = instance.more(handle);
    for (;;) {
      while (actions.length > 0) {
        for (const action of actions) {
          if (action.tag === 'finish') return this.client.finish();
          if (action.tag === 'abort') return this.client.abort();
          const done = this.#obey(action);
          if (done) await done;
          if (this.#isLost) throw new Lost('its instance is gone');
        }
        actions = instance.more(handle);
      }
      actions = instance.handle(handle, await this.#next());
    }
  }

  /** Does one thing. What takes time and ends with an event is only begun. */
  #obey(action: Action): Promise<void> | undefined {
    const { instance, fetch, log, policies } = this.#around;
    switch (action.tag) {
      case 'read-body':
        void this.#read();
        return;
      case 'send':
        this.#send(fetch, action.val);
        return;
      case 'read':
        void this.#upstreams.get(action.val)?.read();
        return;
      case 'cancel':
        this.#upstreams.get(action.val)?.cancel();
        this.#upstreams.delete(action.val);
        return;
      case 'embed':
        void this.#embed(action.val);
        return;
      case 'policy': {
        const { id, name, hook } = action.val;
        const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
        void ask(policy, hook).then((said) => this.#tell({ tag: 'policy', val: [id, said] }));
        return;
      }
      case 'head':
        this.client.begin(action.val);
        return;
      case 'write':
        return this.client.write(action.val);
      case 'wake-at':
        this.#sleep(Number(action.val) - Date.now());
        return;
      case 'log':
        log(...action.val);
        return;
      case 'wake':
        instance.wake(action.val);
    }
  }

  #tell(event: Event): void {
    this.#happened.push(event);
    this.#goOn?.();
  }

  async #next(): Promise<Event> {
    for (;;) {
      if (this.#isLost) throw new Lost('its instance is gone');
      const event = this.#happened.shift();
      if (event) return event;
      if (this.#isWoken) {
        this.#isWoken = false;
        return { tag: 'woken' };
      }
      if (this.#timer === undefined) this.#sleep(MOST_SLEEP_MS);
      await new Promise<void>((resolve) => (this.#goOn = resolve));
    }
  }

  #sleep(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.woken();
      },
      Math.min(Math.max(0, milliseconds), MOST_SLEEP_MS),
    );
  }

  #send(fetch: typeof globalThis.fetch, request: UpstreamRequest): void {
    const { id } = request;
    const upstream = new Upstream(fetch, request, (event) => {
      if (event.tag === 'end' || event.tag === 'failed') this.#upstreams.delete(id);
      this.#tell({ tag: 'upstream', val: [id, event] });
    });
    this.#upstreams.set(id, upstream);
  }

  /** The next piece of the request. */
  async #read(): Promise<void> {
    try {
      this.#body ??= this.#request.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
      for (;;) {
        const { done, value } = (await this.#body?.read()) ?? { done: true, value: undefined };
        if (done) return this.#tell({ tag: 'body-end' });
        if (value!.length > 0) return this.#tell({ tag: 'body', val: value! });
      }
    } catch {
      this.#tell({ tag: 'body-failed' });
    }
  }

  async #embed({ id, texts }: { id: bigint; texts: string[] }): Promise<void> {
    const { embed } = this.#around;
    try {
      if (!embed) throw new Error('no embedder is installed');
      const vectors = (await embed(texts)).map((vector) => Array.from(vector));
      this.#tell({ tag: 'embedded', val: [id, { tag: 'ok', val: vectors }] });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell({ tag: 'embedded', val: [id, { tag: 'err', val: reason }] });
    }
  }
}

function headOf({ method, url, headers }: Request): RequestHead {
  const { pathname, search } = new URL(url);
  return { method, path: pathname + search, headers: [...headers] };
}
