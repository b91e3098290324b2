import type { Key } from '../commands/arguments.js';
import { isObject, options } from '../commands/row.js';
import { number, type Scored, text } from '../commands/values.js';
import { kindOf } from '../errors.js';
import type { Argument } from '../resp/commands.js';
import type { Reply } from '../resp/replies.js';

/** Options of HSCAN, SSCAN and ZSCAN. */
export interface ScanOptions {
  /** A pattern that names have to match. */
  match?: string;
  /** About how many to look at in each step; 10 when left out. */
  count?: number;
}

/** Options of SCAN. */
export interface KeyScanOptions extends ScanOptions {
  /** What the key has to hold: `string`, `hash`, `list`, `set`, `zset`, `stream`, `vectorset`. */
  type?: string;
}

/**
 * What walks through everything step by step: `for await (const key of db.scan({ match: 'user:*' }))`. Other calls may come
 * between the steps. What was there all the time is found; what was added or removed meanwhile may be, some of it twice.
 */
export interface Scans<T> {
  /** The names of keys. */
  scan(options?: KeyScanOptions): AsyncGenerator<T, void, void>;
  /** The fields and values of a hash. */
  hScan(key: Key, options?: ScanOptions): AsyncGenerator<[field: T, value: T], void, void>;
  /** The members of a set. */
  sScan(key: Key, options?: ScanOptions): AsyncGenerator<T, void, void>;
  /** The members of a sorted set with their scores. */
  zScan(key: Key, options?: ScanOptions): AsyncGenerator<Scored<T>, void, void>;
}

/** What steps are executed on. */
interface Executes {
  execute(command: string, ...args: Argument[]): Promise<Reply>;
}

/** What the steps answer, list by list. */
type Lists = AsyncGenerator<any[], void, void>;

async function* steps(db: Executes, command: string, key: readonly Key[], given: unknown = {}): Lists {
  if (!isObject(given)) throw new TypeError(`${command}: the options are ${kindOf(given)}; expected an object`);
  const words = options(given) as Argument[];
  let cursor: Argument = 0;
  do {
    const [next, items] = (await db.execute(command, ...key, cursor, ...words)) as [string | Uint8Array, any[]];
    yield items;
    cursor = next;
  } while (text(cursor) !== '0');
}

async function* single(lists: Lists): AsyncGenerator<any, void, void> {
  for await (const list of lists) yield* list;
}

async function* inPairs(lists: Lists): AsyncGenerator<[any, any], void, void> {
  for await (const list of lists) {
    for (let at = 0; at + 1 < list.length; at += 2) yield [list[at], list[at + 1]];
  }
}

async function* withScores(pairs: AsyncGenerator<[any, any], void, void>): AsyncGenerator<Scored<any>, void, void> {
  for await (const [value, score] of pairs) yield { value, score: number(score, []) as number };
}

/** The methods of `Scans`, for a class that executes commands. */
const SCANS: Scans<any> & ThisType<Executes> = {
  scan(given) {
    return single(steps(this, 'SCAN', [], given));
  },
  hScan(key, given) {
    return inPairs(steps(this, 'HSCAN', [key], given));
  },
  sScan(key, given) {
    return single(steps(this, 'SSCAN', [key], given));
  },
  zScan(key, given) {
    return withScores(inPairs(steps(this, 'ZSCAN', [key], given)));
  },
};

/** Gives a class its scans, under both of their names. */
export function installScans(target: Executes): void {
  for (const [method, value] of Object.entries(SCANS)) {
    for (const name of [method, method.toLowerCase()]) {
      Object.defineProperty(target, name, { value, writable: true, configurable: true });
    }
  }
}
