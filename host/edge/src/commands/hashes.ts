import type { Transform } from '../client/call.js';
import type { ExpireOptions, Expiry, Fields, Key, OneOrMore, Some, Value, Words } from './arguments.js';
import { counted, flat, isObject, options, pairs, type Row, row, rows, type Shape, unixTime } from './row.js';
import { hasWord, listOf, pairsAt, withWords } from './shapes.js';

/** Options of HGETEX. */
export interface HGetExOptions extends Expiry {
  /** Takes the times to live away. */
  persist?: boolean;
}

/** Options of HSETEX. */
export interface HSetExOptions extends Expiry {
  /** Only when none of the fields exists. */
  fnx?: boolean;
  /** Only when all of the fields exist. */
  fxx?: boolean;
  /** The times to live stay as they are. */
  keepttl?: boolean;
}

/** A field and its value. */
export interface HashEntry<T> {
  field: T;
  value: T;
}

/**
 * Commands of hashes. The times to live of fields are answered field by field: -2 when there is no such field, -1 when it has
 * no end; setting one answers 1, 0 when a condition is not met, 2 when the time is past and the field deleted.
 */
export interface HashCommands<T> {
  /** Deletes fields; how many there were. */
  hDel(key: Key, ...fields: Some<Key>): Promise<number>;
  /** Whether there is such a field: 1 or 0. */
  hExists(key: Key, field: Key): Promise<number>;
  /** Gives fields so many seconds to live. */
  hExpire(key: Key, fields: OneOrMore<Key>, seconds: number, ...options: Words<ExpireOptions>): Promise<number[]>;
  /** Lets fields live until a Unix time in seconds. */
  hExpireAt(key: Key, fields: OneOrMore<Key>, time: number | Date, ...options: Words<ExpireOptions>): Promise<number[]>;
  /** The Unix times in seconds at which fields expire. */
  hExpireTime(key: Key, fields: OneOrMore<Key>, ...words: Value[]): Promise<number[]>;
  /** The value of a field; null when there is none. */
  hGet(key: Key, field: Key): Promise<T | null>;
  /** All fields and values as an object without a prototype; empty when there is no key. */
  hGetAll(key: Key): Promise<Record<string, T>>;
  /** The values of fields, which are deleted; null for each that is missing. */
  hGetDel(key: Key, fields: OneOrMore<Key>, ...words: Value[]): Promise<(T | null)[]>;
  /** The values of fields, which get or lose a time to live; null for each that is missing. */
  hGetEx(key: Key, fields: OneOrMore<Key>, ...options: Words<HGetExOptions>): Promise<(T | null)[]>;
  /** Adds to the number in a field; the new number. */
  hIncrBy(key: Key, field: Key, increment: number | bigint): Promise<number>;
  /** Adds to the number in a field, which may have a fraction; the new number, as the text that is stored. */
  hIncrByFloat(key: Key, field: Key, increment: number | string): Promise<T>;
  /** The names of all fields. */
  hKeys(key: Key): Promise<T[]>;
  /** How many fields there are. */
  hLen(key: Key): Promise<number>;
  /** The values of fields in their order; null for each that is missing. */
  hmGet(key: Key, ...fields: Some<Key>): Promise<(T | null)[]>;
  /** The old name of `hSet` for several fields. */
  hmSet(key: Key, fields: Fields): Promise<'OK'>;
  hmSet(key: Key, ...words: Value[]): Promise<'OK'>;
  /** Takes the times to live of fields away: 1 for each that had one. */
  hPersist(key: Key, fields: OneOrMore<Key>, ...words: Value[]): Promise<number[]>;
  /** Gives fields so many milliseconds to live. */
  hpExpire(key: Key, fields: OneOrMore<Key>, milliseconds: number, ...options: Words<ExpireOptions>): Promise<number[]>;
  /** Lets fields live until a Unix time in milliseconds. */
  hpExpireAt(key: Key, fields: OneOrMore<Key>, time: number | Date, ...options: Words<ExpireOptions>): Promise<number[]>;
  /** The Unix times in milliseconds at which fields expire. */
  hpExpireTime(key: Key, fields: OneOrMore<Key>, ...words: Value[]): Promise<number[]>;
  /** Milliseconds that fields have to live. */
  hpTTL(key: Key, fields: OneOrMore<Key>, ...words: Value[]): Promise<number[]>;
  /** The name of some field, null when there is none; with a count a list, in which names repeat when the count is negative. */
  hRandField(key: Key): Promise<T | null>;
  hRandField(key: Key, count: number): Promise<T[]>;
  /** `hRandField` with a count. */
  hRandFieldCount(key: Key, count: number): Promise<T[]>;
  /** Some fields with their values. */
  hRandFieldWithValues(key: Key, count: number): Promise<HashEntry<T>[]>;
  /** `hRandFieldWithValues`, as npm `redis` calls it. */
  hRandFieldCountWithValues(key: Key, count: number): Promise<HashEntry<T>[]>;
  /** Sets fields; how many of them are new. */
  hSet(key: Key, fields: Fields): Promise<number>;
  hSet(key: Key, ...words: Value[]): Promise<number>;
  /** Sets fields and their time to live: 1, or 0 when a condition is not met. */
  hSetEx(key: Key, fields: Fields, ...options: Words<HSetExOptions>): Promise<number>;
  hSetEx(key: Key, ...words: Value[]): Promise<number>;
  /** Sets a field unless there is one: 1 or 0. */
  hSetNX(key: Key, field: Key, value: Value): Promise<number>;
  /** The length in bytes of a field's value; 0 when there is none. */
  hStrLen(key: Key, field: Key): Promise<number>;
  /** Seconds that fields have to live. */
  hTTL(key: Key, fields: OneOrMore<Key>, ...words: Value[]): Promise<number[]>;
  /** The values of all fields. */
  hVals(key: Key): Promise<T[]>;
}

/** `FIELDS`, and the fields with their number. */
const named = (given: unknown): unknown[] => ['FIELDS', ...counted(listOf(given))];

/** `(key, fields, options)`, or the words of the command. */
const fieldsAtEnd: Shape = ([key, given, ...rest]) => {
  if (!Array.isArray(given) && hasWord([given, ...rest], 'FIELDS')) return flat([key, given, ...rest]);
  const words = rest.filter((arg) => arg !== undefined).flatMap((arg) => (isObject(arg) ? options(arg) : [arg]));
  return [key, ...words, ...named(given)];
};

/** `(key, fields, time, options)`, where the time may be a Date. */
function expiresAt(inSeconds: boolean): Shape {
  return (args) => fieldsAtEnd(args.map((arg) => (arg instanceof Date ? unixTime(arg, inSeconds) : arg)));
}

/** `(key, { field: value }, options)`: the number is that of the fields, with a value each. */
const valuesAtEnd: Shape = ([key, given, ...rest]) => {
  if (!isObject(given) && !Array.isArray(given)) return flat([key, given, ...rest]);
  const words = pairs(given);
  return [...fieldsAtEnd([key, [], ...rest]).slice(0, -1), words.length / 2, ...words];
};

/** Pairs of field and value as objects; anything else stays as it is. */
const entries: Transform = (reply) =>
  Array.isArray(reply) && Array.isArray(reply[0]) ? reply.map(([field, value]) => ({ field, value })) : reply;

export const HASHES: readonly Row[] = [
  ...rows('hDel', 'hExists', 'hGet', 'hGetAll', 'hIncrBy', 'hIncrByFloat', 'hKeys', 'hLen', 'hmGet'),
  ...rows('hSetNX', 'hStrLen', 'hVals'),
  row('hExpire', { shape: fieldsAtEnd }),
  row('hExpireAt', { shape: expiresAt(true) }),
  row('hExpireTime', { shape: fieldsAtEnd }),
  row('hGetDel', { shape: fieldsAtEnd }),
  row('hGetEx', { shape: fieldsAtEnd }),
  row('hmSet', { shape: pairsAt(1) }),
  row('hPersist', { shape: fieldsAtEnd }),
  row('hpExpire', { shape: fieldsAtEnd }),
  row('hpExpireAt', { shape: expiresAt(false) }),
  row('hpExpireTime', { shape: fieldsAtEnd }),
  row('hpTTL', { shape: fieldsAtEnd }),
  row('hRandField', { reply: entries }),
  row('hRandFieldCount', { words: ['HRANDFIELD'] }),
  row('hRandFieldWithValues', { words: ['HRANDFIELD'], shape: withWords(flat, 'WITHVALUES'), reply: entries }),
  row('hRandFieldCountWithValues', { words: ['HRANDFIELD'], shape: withWords(flat, 'WITHVALUES'), reply: entries }),
  row('hSet', { shape: pairsAt(1) }),
  row('hSetEx', { shape: valuesAtEnd }),
  row('hTTL', { shape: fieldsAtEnd }),
];
