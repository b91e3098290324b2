import type { Key, OneOrMore, Some, Value } from './arguments.js';
import { flat, isObject, options, type Row, row, rows, type Shape } from './row.js';
import { hasObjects, listOf } from './shapes.js';

/** What a range counts. */
export type RangeUnit = 'BYTE' | 'BIT';

/** A range of bytes, or of bits; both ends are included, and negative ones count from the end. */
export interface BitRange {
  start: number;
  end: number;
  mode?: RangeUnit;
}

/** An integer in a string: `u8`, `i16` … at a bit (`0`) or at a multiple of its size (`#0`). */
export interface BitFieldAt {
  encoding: string;
  offset: number | string;
}

/** One step of `bitField`: as npm `redis` writes it, or as in `{ get: ['u8', 0] }`. */
export type BitFieldOperation =
  | ({ operation: 'GET' } & BitFieldAt)
  | ({ operation: 'SET'; value: number | bigint } & BitFieldAt)
  | ({ operation: 'INCRBY'; increment: number | bigint } & BitFieldAt)
  | { operation: 'OVERFLOW'; behavior: 'WRAP' | 'SAT' | 'FAIL' }
  | { get: readonly [encoding: string, offset: number | string] }
  | { set: readonly [encoding: string, offset: number | string, value: number | bigint] }
  | { incrby: readonly [encoding: string, offset: number | string, increment: number | bigint] }
  | { overflow: 'WRAP' | 'SAT' | 'FAIL' };

/** Commands of strings as rows of bits. */
export interface BitmapCommands {
  /** How many bits are set, in all of a string or in a range of it. */
  bitCount(key: Key, ...range: [range?: BitRange] | [start: number, end: number, unit?: RangeUnit]): Promise<number>;
  /** Reads and changes integers at bits; for each GET, SET (the value before) and INCRBY a number, null where `FAIL` kept it. */
  bitField(key: Key, operations: OneOrMore<BitFieldOperation>): Promise<(number | null)[]>;
  bitField(key: Key, ...words: Value[]): Promise<(number | null)[]>;
  /** Reads integers at bits. */
  bitFieldRo(key: Key, fields: OneOrMore<BitFieldAt>): Promise<number[]>;
  bitFieldRo(key: Key, ...words: Value[]): Promise<number[]>;
  /** Stores what becomes of strings, bit by bit; its length in bytes. NOT takes one string. */
  bitOp(operation: 'AND' | 'OR' | 'XOR' | 'NOT', destination: Key, ...keys: Some<Key>): Promise<number>;
  /** The first bit that is 0 or 1, in all of a string or in a range of it; -1 when there is none. */
  bitPos(key: Key, bit: 0 | 1, ...range: [start?: number, end?: number, unit?: RangeUnit]): Promise<number>;
  /** The bit at an offset. */
  getBit(key: Key, offset: number): Promise<number>;
  /** Sets the bit at an offset; what it was before. */
  setBit(key: Key, offset: number, bit: 0 | 1): Promise<number>;
}

const ORDER = ['operation', 'behavior', 'encoding', 'offset', 'value', 'increment'];

/** An object's values in the order of the command. */
const inOrder = (step: Record<string, unknown>): unknown[] => ORDER.filter((name) => name in step).map((name) => step[name]);

/** `(key, [{ operation, encoding, offset, … }])`, or the words of the command. */
const operations: Shape = (args) => {
  const [key, given, ...rest] = args;
  if (!hasObjects(given)) return flat(args);
  const words = (step: unknown) => (isObject(step) ? ('operation' in step ? inOrder(step) : options(step)) : [step]);
  return [key, ...listOf(given).flatMap(words), ...rest];
};

/** `(key, [{ encoding, offset }])`, or the words of the command. */
const reads: Shape = (args) => {
  const [key, given, ...rest] = args;
  if (!hasObjects(given)) return flat(args);
  return [key, ...listOf(given).flatMap((step) => ['GET', ...(isObject(step) ? inOrder(step) : [step])]), ...rest];
};

/** `(key, { start, end, mode })`, or the words of the command. */
const range: Shape = (args) => {
  const [key, given] = args;
  if (given === undefined) return args.slice(0, 1);
  if (!isObject(given)) return flat(args);
  return [key, given['start'], given['end'], ...('mode' in given ? [given['mode']] : [])];
};

export const BITMAPS: readonly Row[] = [
  ...rows('bitOp', 'bitPos', 'getBit', 'setBit'),
  row('bitCount', { shape: range }),
  row('bitField', { shape: operations }),
  row('bitFieldRo', { words: ['BITFIELD_RO'], shape: reads }),
];
