import { FerriteError } from '../errors.js';
import type { Connection } from './connection.js';
import { encoded } from '../resp/commands.js';
import type { Reply } from '../resp/replies.js';
import type { Store } from './store.js';

/** A message on a channel; `pattern` is the one that matched, with `psubscribe`. */
export interface Message<Text = string> {
  channel: string;
  message: Text;
  pattern?: string;
}

export type Listener<Text> = (message: Text, channel: string, pattern?: string) => void;

/** The ways to subscribe: the words of the command and of its pushes. */
const KINDS = {
  channel: { subscribe: 'SUBSCRIBE', unsubscribe: 'UNSUBSCRIBE', push: 'message' },
  pattern: { subscribe: 'PSUBSCRIBE', unsubscribe: 'PUNSUBSCRIBE', push: 'pmessage' },
  shard: { subscribe: 'SSUBSCRIBE', unsubscribe: 'SUNSUBSCRIBE', push: 'smessage' },
} as const;
export type Kind = keyof typeof KINDS;

/** Messages that an iteration may be behind. Then it ends with an error, as a slow subscriber's connection would. */
const MOST_BEHIND = 10_000;

/** Who listens to what. All listeners of a store share one session for text and one for bytes. */
export class Subscriptions {
  readonly #store: Store;
  readonly #asBytes: boolean;
  readonly #listeners = new Map<string, Set<Subscription<any>>>();
  #session: Connection | undefined;

  constructor(store: Store, asBytes: boolean) {
    this.#store = store;
    this.#asBytes = asBytes;
  }

  async add<Text>(kind: Kind, names: readonly string[], listener?: Listener<Text>): Promise<Subscription<Text>> {
    if (names.length === 0) throw new TypeError(`${KINDS[kind].subscribe}: no channel is named`);
    await this.#store.ready();
    const subscription = new Subscription<Text>(this, kind, names, listener);
    const fresh: string[] = [];
    for (const name of names) {
      const listeners = this.#listeners.get(`${kind} ${name}`);
      if (listeners) listeners.add(subscription);
      else {
        this.#listeners.set(`${kind} ${name}`, new Set([subscription]));
        fresh.push(name);
      }
    }
    if (fresh.length > 0) this.#send(KINDS[kind].subscribe, fresh);
    return subscription;
  }

  remove(subscription: Subscription<any>): void {
    const unused: string[] = [];
    for (const name of subscription.names) {
      const listeners = this.#listeners.get(`${subscription.kind} ${name}`);
      listeners?.delete(subscription);
      if (listeners?.size === 0) {
        this.#listeners.delete(`${subscription.kind} ${name}`);
        unused.push(name);
      }
    }
    if (unused.length > 0 && !this.#store.isClosed) this.#send(KINDS[subscription.kind].unsubscribe, unused);
  }

  #send(command: string, names: readonly string[]): void {
    // What was called before comes before.
    this.#store.queue.flush();
    const session = (this.#session ??= this.#open());
    session.send(encoded([command], names), []);
  }

  #open(): Connection {
    const session = this.#store.open();
    session.wantsBytes = this.#asBytes;
    session.onPush = (items) => this.#push(items);
    return session;
  }

  /** The engine is busy now: listeners are called afterwards, in the order of the messages. */
  #push(items: Reply[]): void {
    const [what, ...rest] = items;
    const kind = (Object.keys(KINDS) as Kind[]).find((kind) => KINDS[kind].push === text(what));
    if (!kind) return;
    const message = rest.pop() as Reply;
    const [name, channel = name] = rest.map(text);
    const listeners = this.#listeners.get(`${kind} ${name}`);
    if (!listeners) return;
    queueMicrotask(() => {
      for (const subscription of listeners) subscription.deliver(message, channel!, kind === 'pattern' ? name : undefined);
    });
  }
}

const decoder = new TextDecoder();
const text = (reply: Reply | undefined): string => (reply instanceof Uint8Array ? decoder.decode(reply) : String(reply));

/** What a subscriber holds: `unsubscribe()` ends it, and `for await (const { message } of subscription)` goes through it. */
export class Subscription<Text> implements AsyncIterable<Message<Text>> {
  readonly #all: Subscriptions;
  readonly #listener: Listener<Text> | undefined;
  #queue: Message<Text>[] = [];
  #wake: (() => void) | undefined;
  #isIterated = false;
  #isOpen = true;

  constructor(
    all: Subscriptions,
    readonly kind: Kind,
    readonly names: readonly string[],
    listener: Listener<Text> | undefined,
  ) {
    this.#all = all;
    this.#listener = listener;
  }

  async unsubscribe(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#all.remove(this);
    this.#wake?.();
  }

  /** Hands a message to the listener, or keeps it for the iteration. */
  deliver(message: unknown, channel: string, pattern: string | undefined): void {
    if (!this.#isOpen) return;
    if (this.#listener) {
      // A listener that throws is its own affair, and does not keep the message from others.
      try {
        this.#listener(message as Text, channel, pattern);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    } else {
      const item: Message<Text> = { channel, message: message as Text };
      if (pattern !== undefined) item.pattern = pattern;
      // One more than allowed tells the iteration that it is too slow.
      if (this.#queue.length <= MOST_BEHIND) this.#queue.push(item);
      this.#wake?.();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message<Text>> {
    if (this.#listener || this.#isIterated) throw new FerriteError('ERR this subscription has a listener already');
    this.#isIterated = true;
    try {
      while (this.#isOpen) {
        if (this.#queue.length > MOST_BEHIND) {
          throw new FerriteError(`ERR this subscription is ${MOST_BEHIND} messages behind and was ended`);
        }
        const next = this.#queue.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      await this.unsubscribe();
    }
  }
}
