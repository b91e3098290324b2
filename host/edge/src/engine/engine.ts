import type { FerriteError } from '../errors.js';
import { Core } from './core.js';
import { Clock, imports } from './environment.js';
import { Maintenance } from './maintenance.js';
import { type End, Session } from './session.js';
import { type HostCall, type Turn, Wire } from './wire.js';

/** An instance of the store, and its sessions. Everything here is synchronous: one call at a time, in the order of calls. */
export class Engine {
  readonly core: Core;
  readonly wire: Wire;
  readonly maintenance: Maintenance;
  readonly exports: WebAssembly.Exports;
  readonly clock: Clock;
  /** Is called when a client asked for SHUTDOWN. */
  onShutDown: () => void = () => undefined;
  /** Executes what the engine hands out (`WASM.CALL` …): RESP arrays in, RESP replies out. */
  execute: (call: HostCall) => Uint8Array = () => {
    throw new Error('the engine handed out commands that it was never told of');
  };
  readonly #sessions = new Map<bigint, Session>();

  constructor(exports: WebAssembly.Exports, clock: Clock) {
    this.exports = exports;
    this.clock = clock;
    this.core = new Core(exports);
    this.wire = new Wire(this.core);
    this.maintenance = new Maintenance(this);
  }

  /** Instantiates the compiled core module of the store. */
  static async instantiate(module: WebAssembly.Module): Promise<Engine> {
    const clock = new Clock();
    return new Engine((await WebAssembly.instantiate(module, imports(module, clock))).exports, clock);
  }

  /** Opens a session. The addresses are what CLIENT LIST shows. */
  open(address: string, localAddress: string, end: End): Session {
    const handle = this.wire.open(address, localAddress);
    const session = new Session(this, handle, this.wire.id(handle), end);
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Drops a session that closed. */
  forget(session: Session, handle: number): void {
    if (this.#sessions.delete(session.id)) this.wire.close(handle);
  }

  /** Hands on what a turn left behind for others. */
  settle(turn: Pick<Turn, 'hasOutbox' | 'hasEvents'>): void {
    if (turn.hasOutbox) {
      for (const { sessions, bytes } of this.wire.takeOutbox()) {
        for (const id of sessions) this.#sessions.get(id)?.deliver(bytes);
      }
    }
    if (turn.hasEvents) {
      for (const event of this.wire.takeEvents()) {
        if (event.tag === 'close-session') this.#sessions.get(event.session)?.close();
        else if (event.tag === 'shut-down') this.onShutDown();
      }
    }
  }

  /** Ends all sessions and timers. */
  close(error: FerriteError): void {
    this.maintenance.stop();
    for (const session of [...this.#sessions.values()]) session.close(error);
  }
}
