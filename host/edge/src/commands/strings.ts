import type { Expiry, Fields, Key, Some, Value, Words } from './arguments.js';
import { type Row, row, rows } from './row.js';
import { optionsAt, pairsAt, withWords } from './shapes.js';

/** Options of SET. */
export interface SetOptions extends Expiry {
  /** Only when there is no such key. */
  nx?: boolean;
  /** Only when there is such a key. */
  xx?: boolean;
  /** The time to live stays as it is. */
  keepttl?: boolean;
  /** Answers the value that was there. */
  get?: boolean;
}

/** Options of GETEX. */
export interface GetExOptions extends Expiry {
  /** Takes the time to live away. */
  persist?: boolean;
}

/** Options of LCS. */
export interface LcsOptions {
  /** The length alone. */
  len?: boolean;
  /** Where the parts are in both strings. */
  idx?: boolean;
  /** With `idx`: no parts that are shorter. */
  minmatchlen?: number;
  /** With `idx`: the length of each part. */
  withmatchlen?: boolean;
}

/** Where two strings have parts in common: first and last index in each, and the part's length when asked for. */
export interface LcsMatches {
  matches: [first: [number, number], second: [number, number], length?: number][];
  len: number;
}

/** Commands of strings. */
export interface StringCommands<T> {
  /** Appends to a string, which is made when there is none; the new length in bytes. */
  append(key: Key, value: Value): Promise<number>;
  /** Takes 1 away from a number; the new number. */
  decr(key: Key): Promise<number>;
  /** Takes something away from a number; the new number. */
  decrBy(key: Key, decrement: number | bigint): Promise<number>;
  /** The string; null when there is no key. */
  get(key: Key): Promise<T | null>;
  /** The string, and its key is deleted; null when there is none. */
  getDel(key: Key): Promise<T | null>;
  /** The string, and its key gets or loses a time to live; null when there is none. */
  getEx(key: Key, ...options: Words<GetExOptions>): Promise<T | null>;
  /** The bytes from `start` to `end`, both included; negative ones count from the end. Empty when there are none. */
  getRange(key: Key, start: number, end: number): Promise<T>;
  /** Sets a string and answers the one before; null when there was none. */
  getSet(key: Key, value: Value): Promise<T | null>;
  /** Adds 1 to a number; the new number. */
  incr(key: Key): Promise<number>;
  /** Adds to a number; the new number. */
  incrBy(key: Key, increment: number | bigint): Promise<number>;
  /** Adds to a number with a fraction; the new number, as the text that is stored. */
  incrByFloat(key: Key, increment: number | string): Promise<T>;
  /** The longest string that two have in common, or with options its length or its parts. */
  lcs(key1: Key, key2: Key, options: LcsOptions & { len: true }): Promise<number>;
  lcs(key1: Key, key2: Key, options: LcsOptions & { idx: true }): Promise<LcsMatches>;
  lcs(key1: Key, key2: Key, ...options: Words<LcsOptions>): Promise<T>;
  /** The length of the longest string that two have in common. */
  lcsLen(key1: Key, key2: Key): Promise<number>;
  /** Where two strings have parts in common. */
  lcsIdx(key1: Key, key2: Key, ...options: Words<Pick<LcsOptions, 'minmatchlen'>>): Promise<LcsMatches>;
  /** Where two strings have parts in common, and how long each is. */
  lcsIdxWithMatchLen(key1: Key, key2: Key, ...options: Words<Pick<LcsOptions, 'minmatchlen'>>): Promise<LcsMatches>;
  /** The strings of several keys in their order; null for each that is missing or no string. */
  mGet(...keys: Some<Key>): Promise<(T | null)[]>;
  /** Sets several keys at once. */
  mSet(values: Fields): Promise<'OK'>;
  mSet(...words: Value[]): Promise<'OK'>;
  /** Sets several keys, or none when one of them exists: 1 or 0. */
  mSetNX(values: Fields): Promise<number>;
  mSetNX(...words: Value[]): Promise<number>;
  /** Sets a string that lives for so many milliseconds. */
  pSetEx(key: Key, milliseconds: number, value: Value): Promise<'OK'>;
  /** Sets a string. Null when a condition kept it from being set; with `get` the value before, or null. */
  set(key: Key, value: Value, options: SetOptions & { get: true }): Promise<T | null>;
  set(key: Key, value: Value, ...options: Words<SetOptions>): Promise<'OK' | null>;
  /** Sets a string that lives for so many seconds. */
  setEx(key: Key, seconds: number, value: Value): Promise<'OK'>;
  /** Sets a string when there is no key: 1 or 0. */
  setNX(key: Key, value: Value): Promise<number>;
  /** Overwrites the bytes from an offset on, with zeros up to it where there are none; the new length in bytes. */
  setRange(key: Key, offset: number, value: Value): Promise<number>;
  /** The length in bytes; 0 when there is no key. */
  strLen(key: Key): Promise<number>;
  /** The old name of `getRange`. */
  substr(key: Key, start: number, end: number): Promise<T>;
}

export const STRINGS: readonly Row[] = [
  ...rows('append', 'decr', 'decrBy', 'get', 'getDel', 'getRange', 'getSet', 'incr', 'incrBy', 'incrByFloat'),
  ...rows('mGet', 'pSetEx', 'setEx', 'setNX', 'setRange', 'strLen', 'substr'),
  row('getEx', { shape: optionsAt(1) }),
  row('lcs', { shape: optionsAt(2) }),
  row('lcsLen', { words: ['LCS'], shape: withWords(optionsAt(2), 'LEN') }),
  row('lcsIdx', { words: ['LCS'], shape: withWords(optionsAt(2), 'IDX') }),
  row('lcsIdxWithMatchLen', { words: ['LCS'], shape: withWords(optionsAt(2), 'IDX', 'WITHMATCHLEN') }),
  row('mSet', { shape: pairsAt(0) }),
  row('mSetNX', { shape: pairsAt(0) }),
  row('set', { shape: optionsAt(2) }),
];
