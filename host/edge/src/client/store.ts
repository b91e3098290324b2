import { Engine } from '../engine/engine.js';
import { Connection, type Waiting } from './connection.js';
import { FerriteError } from '../errors.js';
import { Commands, encoded } from '../resp/commands.js';
import { Collected } from './call.js';
import { Queue } from './queue.js';

/** Sessions for blocking commands that are kept for the next one. */
const MOST_IDLE = 16;

/** One store of a `Ferrite`: its engine, once that is there, and what is queued for it. */
export class Store {
  readonly queue: Queue;
  /** The database that shared calls work on. */
  database = 0;
  readonly #start: () => Promise<Engine>;
  #ready: Promise<Engine> | undefined;
  #engine: Engine | undefined;
  #idle: Connection[] = [];
  #main: Connection | undefined;
  #isClosed = false;

  constructor(start: () => Promise<Engine>, shortText?: number) {
    this.#start = start;
    this.queue = new Queue(shortText);
  }

  /** The session that all callers share. */
  readonly main = (): Connection => (this.#main ??= this.open());

  /** Resolves once the engine is there. It is started by the first call of this. */
  ready(): Promise<Engine> {
    if (this.#isClosed) return Promise.reject(closed());
    return (this.#ready ??= this.#start().then(
      (engine) => {
        if (this.#isClosed) throw closed();
        engine.onShutDown = () => this.close();
        this.#engine = engine;
        this.queue.start(engine);
        return engine;
      },
      (error: unknown) => {
        const refusal = error instanceof FerriteError ? error : new FerriteError(`LOAD ${error}`, 'LOAD', { cause: error });
        this.queue.refuse(refusal);
        throw refusal;
      },
    ));
  }

  /** Queues a command. Throws a TypeError, with nothing queued, when an argument is of no use. */
  call(session: () => Connection, words: readonly string[], args: readonly unknown[], waiting: Waiting): void {
    if (this.#isClosed) throw closed();
    const run = this.queue.commandsFor(session);
    run.commands.push(words, args);
    run.waiting.push(waiting);
    this.schedule();
  }

  /** Queues commands that were encoded elsewhere. */
  callAll(session: () => Connection, commands: Commands, waiting: Waiting[]): void {
    if (this.#isClosed) throw closed();
    this.queue.add(session, commands, waiting);
    this.schedule();
  }

  schedule(): void {
    if (!this.#engine) this.ready().catch(() => undefined);
    this.queue.schedule();
  }

  /** Queues a command that may block on a session that nobody else uses meanwhile. */
  lend(words: readonly string[], args: readonly unknown[], waiting: Waiting): void {
    let lent: Connection | undefined;
    const session = () => (lent ??= this.#idle.pop() ?? this.open());
    const back = new Collected(waiting.asBytes, (reply) => {
      if (lent?.isOpen && this.#idle.length < MOST_IDLE) this.#idle.push(lent);
      else lent?.close();
      waiting.settle(reply);
    });
    const commands = new Commands();
    commands.push(['SELECT'], [this.database]);
    commands.push(words, args);
    this.callAll(session, commands, [new Collected(false, () => undefined), back]);
  }

  /** Opens a session that speaks RESP3. There has to be an engine. */
  open(): Connection {
    if (!this.#engine || this.#isClosed) throw closed();
    const session = new Connection(this.#engine);
    session.send(encoded(['HELLO'], [3]), [new Collected(false, () => undefined)]);
    return session;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = closed();
    this.queue.refuse(error);
    this.#engine?.close(error);
  }
}

function closed(): FerriteError {
  return new FerriteError('CLOSED the store was closed');
}
