import type { Core } from './core.js';

/** Why an exchange stopped: the cases of `wire.next`, in their order. */
export const NEXT = { input: 0, need: 1, again: 2, host: 3, parked: 4, close: 5 } as const;

/** Flags of `wire.pending`. */
const OUTBOX = 1;
const EVENTS = 4;

/** Commands that the host executes, see `wire.host-call`. */
export interface HostCall {
  database: number;
  protocolVersion: number;
  inExec: boolean;
  commands: Uint8Array;
}

/** What came of an exchange, see `wire.turn`. */
export interface Turn {
  consumed: number;
  /** One of `NEXT`. */
  next: number;
  /** So many bytes, counted from the first one not consumed, make half a command whole; 0 when there is none. */
  needed: number;
  /** When a parked session goes on by itself, in microseconds since the Unix epoch; never when undefined. */
  until: bigint | undefined;
  host: HostCall | undefined;
  hasOutbox: boolean;
  hasEvents: boolean;
}

/** Bytes for sessions whose turn it was not. */
export interface Delivery {
  sessions: bigint[];
  bytes: Uint8Array;
}

export type Event =
  | { tag: 'setting'; name: string; value: string }
  | { tag: 'close-session'; session: bigint }
  | { tag: 'shut-down' };

/** Is shown the replies of a turn where they lie, and has to be done with them when it returns. */
export type Read = (bytes: Uint8Array, at: number, end: number) => void;

/** `ferrite:store/wire`: where the fields of its records lie is the canonical ABI's rule. */
export class Wire {
  readonly #core: Core;
  readonly #open;
  readonly #id;
  readonly #close;
  readonly #exchange;
  readonly #exchangeDone;
  readonly #resume;
  readonly #resumeDone;
  readonly #takeOutbox;
  readonly #outboxDone;
  readonly #takeEvents;
  readonly #eventsDone;
  readonly #learn;

  constructor(core: Core) {
    this.#core = core;
    this.#open = core.find('wire#[constructor]session');
    this.#id = core.find('wire#[method]session.id');
    this.#close = core.find('wire#[dtor]session');
    this.#exchange = core.find('wire#[method]session.exchange');
    this.#exchangeDone = core.findPost('wire#[method]session.exchange');
    this.#resume = core.find('wire#[method]session.resume');
    this.#resumeDone = core.findPost('wire#[method]session.resume');
    this.#takeOutbox = core.find('wire#take-outbox');
    this.#outboxDone = core.findPost('wire#take-outbox');
    this.#takeEvents = core.find('wire#take-events');
    this.#eventsDone = core.findPost('wire#take-events');
    this.#learn = core.find('wire#learn');
  }

  /** Opens a session: its handle. Both addresses are what CLIENT LIST shows. */
  open(address: string, localAddress: string): number {
    const given = this.#core.giveText(address);
    return this.#open(...given, ...this.#core.giveText(localAddress));
  }

  id(session: number): bigint {
    return BigInt.asUintN(64, this.#id(session));
  }

  close(session: number): void {
    this.#close(session);
  }

  exchange(session: number, input: Uint8Array, read: Read): Turn {
    const at = this.#exchange(session, this.#core.give(input), input.length) >>> 0;
    const turn = this.#turn(at, read);
    this.#exchangeDone(at);
    return turn;
  }

  resume(session: number, replies: Uint8Array, input: Uint8Array, read: Read): Turn {
    const given = this.#core.give(replies);
    const at = this.#resume(session, given, replies.length, this.#core.give(input), input.length) >>> 0;
    const turn = this.#turn(at, read);
    this.#resumeDone(at);
    return turn;
  }

  takeOutbox(): Delivery[] {
    const core = this.#core;
    const at = this.#takeOutbox() >>> 0;
    const [first, count] = [core.u32(at), core.u32(at + 4)];
    const deliveries: Delivery[] = [];
    for (let index = 0; index < count; index++) {
      const delivery = first + 16 * index;
      const sessions: bigint[] = [];
      for (let number = 0; number < core.u32(delivery + 4); number++) {
        sessions.push(core.view.getBigUint64(core.u32(delivery) + 8 * number, true));
      }
      deliveries.push({ sessions, bytes: core.list(delivery + 8) });
    }
    this.#outboxDone(at);
    return deliveries;
  }

  takeEvents(): Event[] {
    const core = this.#core;
    const at = this.#takeEvents() >>> 0;
    const [first, count] = [core.u32(at), core.u32(at + 4)];
    const events: Event[] = [];
    for (let index = 0; index < count; index++) {
      const event = first + 24 * index;
      const tag = core.bytes[event];
      if (tag === 0) events.push({ tag: 'setting', name: core.text(event + 8), value: core.text(event + 16) });
      else if (tag === 1) events.push({ tag: 'close-session', session: core.view.getBigUint64(event + 8, true) });
      else events.push({ tag: 'shut-down' });
    }
    this.#eventsDone(at);
    return events;
  }

  /** Tells the engine fields of INFO that only the host knows. */
  learnInfo(fields: Record<string, string>): void {
    /** Bytes of a `wire.fact`: a tag, and a `command-row` as the largest of its cases. */
    const FACT = 44;
    const INFO = 1;
    const core = this.#core;
    const entries = Object.entries(fields);
    const texts = entries.map(([name, value]) => [...core.giveText(name), ...core.giveText(value)]);
    const at = core.allocate(FACT * entries.length, 4);
    core.bytes.fill(0, at, at + FACT * entries.length);
    texts.forEach((words, index) => {
      core.bytes[at + FACT * index] = INFO;
      words.forEach((word, place) => core.view.setUint32(at + FACT * index + 4 + 4 * place, word, true));
    });
    this.#learn(at, entries.length);
  }

  #turn(at: number, read: Read): Turn {
    const core = this.#core;
    const view = core.view;
    const replies = view.getUint32(at + 4, true);
    const end = replies + view.getUint32(at + 8, true);
    const next = view.getUint8(at + 16);
    const has = view.getUint8(at + 40);
    const turn: Turn = {
      consumed: view.getUint32(at, true),
      next,
      needed: next === NEXT.need ? view.getUint32(at + 24, true) : 0,
      until: next === NEXT.parked && view.getUint8(at + 24) ? view.getBigUint64(at + 32, true) : undefined,
      host: next === NEXT.host ? this.#hostCall(at + 24) : undefined,
      hasOutbox: (has & OUTBOX) !== 0,
      hasEvents: (has & EVENTS) !== 0,
    };
    if (end > replies) read(core.bytes, replies, end);
    return turn;
  }

  #hostCall(at: number): HostCall {
    const core = this.#core;
    return {
      database: core.u32(at),
      protocolVersion: core.bytes[at + 4]!,
      inExec: core.bytes[at + 5] === 1,
      commands: core.list(at + 8),
    };
  }
}
