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

/** Where a command's keys are, see `wire.key-positions`. */
export type KeyPositions =
  | { tag: 'none' }
  | { tag: 'counted'; at: number }
  | { tag: 'keyword' }
  | { tag: 'range'; first: number; last: number; step: number };

/** The cases of `wire.key-positions` and the flags of `wire.command-flags`, in their order. */
const KEYS = ['none', 'counted', 'keyword', 'range'];
const FLAGS = ['readonly', 'write', 'admin', 'no-multi', 'noscript', 'allow-busy'] as const;

/** A row of the command table, see `wire.command-row`. */
export interface CommandRow {
  name: string;
  arity: number;
  flags: readonly (typeof FLAGS)[number][];
  keys: KeyPositions;
  summary: string;
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

/**
 * Is shown the replies of a turn where they lie, and has to be done with them when it returns. `isHalf`: the last of them goes
 * on in the next turn, as that of EXEC does around a command that the host executes.
 */
export type Read = (bytes: Uint8Array, at: number, end: number, isHalf: boolean) => void;

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
    const INFO = 1;
    this.#learnAll(Object.entries(fields), (at, [name, value]) => {
      this.#core.bytes[at] = INFO;
      this.#text(at + 4, name);
      this.#text(at + 12, value);
    });
  }

  /** Tells the engine of commands that the host executes. */
  learnCommands(rows: readonly CommandRow[]): void {
    const COMMAND = 2;
    this.#learnAll(rows, (at, row) => {
      const { view } = this.#core;
      view.setUint8(at, COMMAND);
      view.setInt32(at + 12, row.arity, true);
      view.setUint8(at + 16, row.flags.reduce((bits, flag) => bits | (1 << FLAGS.indexOf(flag)), 0));
      view.setUint8(at + 20, KEYS.indexOf(row.keys.tag));
      if (row.keys.tag === 'counted') view.setUint32(at + 24, row.keys.at, true);
      if (row.keys.tag === 'range') {
        view.setUint32(at + 24, row.keys.first, true);
        view.setInt32(at + 28, row.keys.last, true);
        view.setUint32(at + 32, row.keys.step, true);
      }
      this.#text(at + 4, row.name);
      this.#text(at + 36, row.summary);
    });
  }

  /** Lays out a `list<fact>`; `lay` is given where each of them lies, all zero. */
  #learnAll<Fact>(facts: readonly Fact[], lay: (at: number, fact: Fact) => void): void {
    /** Bytes of a `wire.fact`: a tag, and a `command-row` as the largest of its cases. */
    const FACT = 44;
    const at = this.#core.allocate(FACT * facts.length, 4);
    this.#core.bytes.fill(0, at, at + FACT * facts.length);
    facts.forEach((fact, index) => lay(at + FACT * index, fact));
    this.#learn(at, facts.length);
  }

  /** Describes a text at an address. Giving it may move the memory. */
  #text(at: number, text: string): void {
    const [first, length] = this.#core.giveText(text);
    this.#core.view.setUint32(at, first, true);
    this.#core.view.setUint32(at + 4, length, true);
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
    if (end > replies) read(core.bytes, replies, end, next === NEXT.host);
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
