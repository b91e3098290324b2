import { FerriteError } from '../errors.js';
import type { Engine } from './engine.js';
import { type HostCall, NEXT } from './wire.js';

/** Who is at the other end of a session. Neither function may call the engine. */
export interface End {
  /** Whole replies and pushes, in RESP. They may lie in the engine's memory: what is to stay is copied. */
  readonly onReplies: (bytes: Uint8Array, at: number, end: number) => void;
  /** The session was closed: by its owner, by CLIENT KILL, or because the engine failed. */
  readonly onClose: (error: FerriteError) => void;
}

const NOTHING = new Uint8Array();

/** One client of the engine: bytes in, replies out, as `ferrite:store/wire` has it. */
export class Session {
  readonly id: bigint;
  readonly #engine: Engine;
  readonly #handle: number;
  readonly #end: End;
  /** What was not consumed: behind a blocking command, or half a command. */
  #held: Uint8Array = NOTHING;
  #needed = 0;
  /** Replies whose rest is still to come. */
  #half: Uint8Array = NOTHING;
  #isParked = false;
  #isOpen = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, handle: number, id: bigint, end: End) {
    this.#engine = engine;
    this.#handle = handle;
    this.#end = end;
    this.id = id;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Hands over bytes of the client. Those of half a command, or behind a command that waits, are kept. */
  send(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    const input = this.#held.length > 0 ? joined(this.#held, bytes) : bytes;
    if (this.#isParked || input.length < this.#needed) this.#held = input === bytes ? bytes.slice() : input;
    else this.#exchange(input);
  }

  /** Bytes that another session's turn had for this one; a parked session is asked again. */
  deliver(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    if (bytes.length > 0) this.#end.onReplies(bytes, 0, bytes.length);
    if (this.#isParked) this.#exchange(this.#held);
  }

  close(error = new FerriteError('CLOSED the session was closed')): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#held = NOTHING;
    clearTimeout(this.#timer);
    this.#engine.forget(this, this.#handle);
    this.#end.onClose(error);
  }

  #exchange(input: Uint8Array): void {
    const { wire, execute } = this.#engine;
    clearTimeout(this.#timer);
    try {
      let host: HostCall | undefined;
      for (;;) {
        const turn = host
          ? wire.resume(this.#handle, execute(host), input, this.#read)
          : wire.exchange(this.#handle, input, this.#read);
        input = input.subarray(turn.consumed);
        host = turn.host;
        const goesOn = host !== undefined || turn.next === NEXT.again;
        if (!goesOn) this.#stop(turn.next, turn.needed, turn.until, input);
        this.#engine.settle(turn);
        if (!goesOn || !this.#isOpen) return;
      }
    } catch (error) {
      this.close(error instanceof FerriteError ? error : new FerriteError(`TRAP ${error}`, 'TRAP', { cause: error }));
    }
  }

  readonly #read = (bytes: Uint8Array, at: number, end: number, isHalf: boolean): void => {
    if (isHalf) this.#half = joined(this.#half, bytes.subarray(at, end));
    else if (this.#half.length === 0) this.#end.onReplies(bytes, at, end);
    else {
      const whole = joined(this.#half, bytes.subarray(at, end));
      this.#half = NOTHING;
      this.#end.onReplies(whole, 0, whole.length);
    }
  };

  /** The engine wants no more for now. */
  #stop(next: number, needed: number, until: bigint | undefined, input: Uint8Array): void {
    this.#isParked = next === NEXT.parked;
    this.#needed = needed;
    // The caller uses its buffer again: what is kept is a copy.
    this.#held = input.length > 0 ? input.slice() : NOTHING;
    if (until !== undefined) this.#wakeAt(until);
    if (next === NEXT.close) this.close();
  }

  #wakeAt(until: bigint): void {
    const wait = Number(until / 1000n) - Date.now();
    // Timers take at most 2^31 - 1 milliseconds, and may come a moment too early: then the engine parks it again.
    this.#timer = setTimeout(() => this.deliver(NOTHING), Math.min(Math.max(1, wait), 2 ** 31 - 1));
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
