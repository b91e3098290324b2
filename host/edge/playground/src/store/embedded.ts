import { Ferrite, type Wire } from '@ferritelabs/ferrite-wasm';
import { encode, Parser } from '../resp/parse.js';
import type { Reply, Word } from '../resp/reply.js';
import type { Session, Store } from './store.js';

/** The store inside of this page. */
export class EmbeddedStore implements Store {
  readonly name = 'embedded store';
  readonly isEmbedded = true;
  readonly #main: WireSession;

  constructor(readonly db: Ferrite = new Ferrite()) {
    this.#main = new WireSession(db, () => undefined);
  }

  execute(words: readonly Word[]): Promise<Reply> {
    return this.#main.execute(words);
  }

  pipeline(commands: readonly (readonly Word[])[]): Promise<Reply[]> {
    return this.#main.executeAll(commands);
  }

  session(onPush: (reply: Reply) => void): Session {
    return new WireSession(this.db, onPush);
  }

  async watch(onChange: (key: string | null) => void): Promise<() => void> {
    const query = await this.db.live('*', ({ key }) => onChange(key));
    return () => void query.stop();
  }

  close(): void {
    this.db.close();
  }
}

/** A session by `Ferrite.wire`: the typed replies that printing needs, and MULTI, SELECT, SUBSCRIBE as on a socket. */
class WireSession implements Session {
  readonly #wire: Promise<Wire>;
  readonly #parser = new Parser();
  readonly #onPush: (reply: Reply) => void;
  #waiting: ((reply: Reply) => void)[] = [];
  isClosed = false;

  constructor(db: Ferrite, onPush: (reply: Reply) => void) {
    this.#onPush = onPush;
    this.#wire = db.wire({ onReplies: (bytes) => this.#read(bytes), onClose: () => this.#end() });
    // Whoever calls is told; nobody else has to be.
    this.#wire.catch(() => undefined);
    void this.executeAll([['HELLO', '3']]).catch(() => undefined);
  }

  async execute(words: readonly Word[]): Promise<Reply> {
    const [reply] = await this.executeAll([words]);
    return reply!;
  }

  async executeAll(commands: readonly (readonly Word[])[]): Promise<Reply[]> {
    const wire = await this.#wire;
    if (this.isClosed) return commands.map(() => CLOSED);
    const replies = commands.map((words) => {
      // What answers by pushes has no reply to wait for: its first push is taken for it.
      return new Promise<Reply>((resolve) => this.#waiting.push(isSubscription(words) ? asPush(resolve) : resolve));
    });
    wire.send(encode(commands));
    return Promise.all(replies);
  }

  close(): void {
    void this.#wire.then((wire) => wire.close()).catch(() => undefined);
    this.#end();
  }

  #read(bytes: Uint8Array): void {
    for (const reply of this.#parser.feed(bytes)) {
      const first = this.#waiting[0];
      const isForFirst = first && !isMonitored(reply) && (reply.kind !== 'push' || takesPush.has(first));
      if (isForFirst) this.#waiting.shift()!(reply);
      else queueMicrotask(() => this.#onPush(reply));
    }
  }

  #end(): void {
    this.isClosed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(CLOSED);
  }
}

const CLOSED: Reply = { kind: 'error', text: 'CLOSED the session was closed' };
const SUBSCRIPTIONS = ['subscribe', 'psubscribe', 'ssubscribe', 'unsubscribe', 'punsubscribe', 'sunsubscribe'];
const takesPush = new WeakSet<(reply: Reply) => void>();
const decoder = new TextDecoder();

/** What MONITOR tells looks like a reply: `1700000000.000000 [0 embedded] "PING"`. */
const isMonitored = (reply: Reply): boolean => reply.kind === 'status' && /^\d+\.\d+ \[/.test(reply.text);

function isSubscription(words: readonly Word[]): boolean {
  const [first = ''] = words;
  return SUBSCRIPTIONS.includes((typeof first === 'string' ? first : decoder.decode(first)).toLowerCase());
}

function asPush(resolve: (reply: Reply) => void): (reply: Reply) => void {
  const taking = (reply: Reply) => resolve(reply);
  takesPush.add(taking);
  return taking;
}
