import type { ExpireOptions, Key, Limit, OneOrMore, Some, Value, Words } from './arguments.js';
import { isObject, options, type Row, row, rows, type Shape } from './row.js';
import { listOf, optionsAt, timeAt } from './shapes.js';

/** Options of COPY. */
export interface CopyOptions {
  /** Another database to copy into. */
  db?: number;
  /** Replaces what the destination holds. */
  replace?: boolean;
}

/** Options of RESTORE. */
export interface RestoreOptions {
  /** Replaces what the key holds. */
  replace?: boolean;
  /** The time to live is a Unix time in milliseconds. */
  absttl?: boolean;
  /** Seconds since it was last used. */
  idletime?: number;
  /** How often it was used, 0 to 255. */
  freq?: number;
}

/** Options of SORT. */
export interface SortOptions {
  /** A pattern of the keys to sort by, `weight_*`; one without `*`: do not sort. */
  by?: string;
  /** Where to begin, and how many to take. */
  limit?: Limit;
  /** Patterns of the keys whose values to answer; `#` is the element itself. */
  get?: OneOrMore<string>;
  asc?: boolean;
  desc?: boolean;
  /** Sorts text, where otherwise numbers are. */
  alpha?: boolean;
  /** A key to store the list in, instead of answering it. */
  store?: Key;
}

/** Commands of keys, whatever they hold. */
export interface KeyCommands<T> {
  /** Copies a key: 1, or 0 when there is none or the destination exists. */
  copy(source: Key, destination: Key, ...options: Words<CopyOptions>): Promise<number>;
  /** Deletes keys; how many there were. */
  del(...keys: Some<Key>): Promise<number>;
  /** The value as bytes that `restore` takes; null when there is no key. */
  dump(key: Key): Promise<Uint8Array | null>;
  /** How many of the keys exist; one that is named twice counts twice. */
  exists(...keys: Some<Key>): Promise<number>;
  /** Gives a key so many seconds to live: 1, or 0 when there is no key or a condition is not met. */
  expire(key: Key, seconds: number, ...options: Words<ExpireOptions>): Promise<number>;
  /** Lets a key live until a Unix time in seconds: 1 or 0. */
  expireAt(key: Key, time: number | Date, ...options: Words<ExpireOptions>): Promise<number>;
  /** The Unix time in seconds at which a key expires; -1 when it does not, -2 when there is none. */
  expireTime(key: Key): Promise<number>;
  /** The names of all keys that match a pattern, found in one go: `scan` does it in steps. */
  keys(pattern: Key): Promise<T[]>;
  /** Moves a key to another database: 1, or 0 when it is not here or is there already. */
  move(key: Key, database: number): Promise<number>;
  /** OBJECT with its subcommand as a word. */
  object(subcommand: string, ...args: Value[]): Promise<any>;
  /** In which form the value is kept (`listpack`, `embstr` …); null when there is no key. */
  objectEncoding(key: Key): Promise<T | null>;
  /** How often the key was used lately, 0 to 255, under an LFU policy. */
  objectFreq(key: Key): Promise<number | null>;
  /** Seconds since the key was last used, unless under an LFU policy. */
  objectIdleTime(key: Key): Promise<number | null>;
  /** How many references to the value there are. */
  objectRefCount(key: Key): Promise<number | null>;
  /** Takes the time to live away: 1, or 0 when there was none. */
  persist(key: Key): Promise<number>;
  /** Gives a key so many milliseconds to live: 1 or 0. */
  pExpire(key: Key, milliseconds: number, ...options: Words<ExpireOptions>): Promise<number>;
  /** Lets a key live until a Unix time in milliseconds: 1 or 0. */
  pExpireAt(key: Key, time: number | Date, ...options: Words<ExpireOptions>): Promise<number>;
  /** The Unix time in milliseconds at which a key expires; -1 when it does not, -2 when there is none. */
  pExpireTime(key: Key): Promise<number>;
  /** Milliseconds that a key has to live; -1 when it has no end, -2 when there is none. */
  pTTL(key: Key): Promise<number>;
  /** The name of some key; null when there is none. */
  randomKey(): Promise<T | null>;
  /** Renames a key, over what the new name held; refused when there is no such key. */
  rename(key: Key, newKey: Key): Promise<'OK'>;
  /** Renames a key unless the new name is taken: 1 or 0. */
  renameNX(key: Key, newKey: Key): Promise<number>;
  /** Makes a key of what `dump` gave, with so many milliseconds to live (0: no end). */
  restore(key: Key, milliseconds: number, payload: Uint8Array | ArrayBuffer, ...options: Words<RestoreOptions>): Promise<'OK'>;
  /** The elements of a list, set or sorted set in order; with `store` how many were stored. */
  sort(key: Key, options: SortOptions & { store: Key }): Promise<number>;
  sort(key: Key, ...options: Words<SortOptions>): Promise<(T | null)[]>;
  /** `sort` without `store`. */
  sortRo(key: Key, ...options: Words<Omit<SortOptions, 'store'>>): Promise<(T | null)[]>;
  /** Stores the sorted elements as a list; how many there are. */
  sortStore(source: Key, destination: Key, options?: Omit<SortOptions, 'store'>): Promise<number>;
  /** Counts the keys that exist, and marks them as used now. */
  touch(...keys: Some<Key>): Promise<number>;
  /** Seconds that a key has to live; -1 when it has no end, -2 when there is none. */
  ttl(key: Key): Promise<number>;
  /** What a key holds: `string`, `hash`, `list`, `set`, `zset`, `stream`, `vectorset`, or `none`. */
  type(key: Key): Promise<string>;
  /** Deletes keys, and frees their memory later; how many there were. */
  unlink(...keys: Some<Key>): Promise<number>;
}

const withOptions = optionsAt(1);

/** SORT has one GET for each of its patterns. */
const sort: Shape = (args) => {
  const [key, given, ...rest] = args;
  if (!isObject(given)) return withOptions(args);
  const words = Object.entries(given).flatMap(([name, value]) => {
    if (name.toUpperCase() !== 'GET' || value === undefined) return options({ [name]: value });
    return listOf(value).flatMap((pattern) => ['GET', pattern]);
  });
  return [key, ...words, ...rest];
};

/** `(source, destination, options)`. */
const sortStore: Shape = ([key, destination, given]) => [...sort([key, given ?? {}]), 'STORE', destination];

export const KEYS: readonly Row[] = [
  ...rows('del', 'exists', 'expireTime', 'keys', 'move', 'object', 'persist', 'pExpireTime', 'pTTL', 'randomKey'),
  ...rows('rename', 'renameNX', 'touch', 'ttl', 'type', 'unlink'),
  row('copy', { shape: optionsAt(2) }),
  row('dump', { isBinary: true }),
  row('expire', { shape: optionsAt(2) }),
  row('expireAt', { shape: timeAt(1, true, optionsAt(2)) }),
  row('pExpire', { shape: optionsAt(2) }),
  row('pExpireAt', { shape: timeAt(1, false, optionsAt(2)) }),
  row('objectEncoding', { words: ['OBJECT', 'ENCODING'] }),
  row('objectFreq', { words: ['OBJECT', 'FREQ'] }),
  row('objectIdleTime', { words: ['OBJECT', 'IDLETIME'] }),
  row('objectRefCount', { words: ['OBJECT', 'REFCOUNT'] }),
  row('restore', { shape: optionsAt(3) }),
  row('sort', { shape: sort }),
  row('sortRo', { words: ['SORT_RO'], shape: sort }),
  row('sortStore', { words: ['SORT'], shape: sortStore }),
];
