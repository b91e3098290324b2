import type { Counted, Key, OneOrMore, Some, Value, Words } from './arguments.js';
import { options, type Row, row, rows, type Shape } from './row.js';
import { countedAt, optionsAt } from './shapes.js';
import { unlessNull } from './values.js';

/** An end of a list. */
export type Side = 'LEFT' | 'RIGHT';

/** Options of LPOS. */
export interface LPosOptions {
  /** Which match is the first to count; negative ones are counted from the end. */
  rank?: number;
  /** How many matches, 0 for all: then the reply is a list. */
  count?: number;
  /** How many elements to compare, 0 for all. */
  maxlen?: number;
}

/** An element, and the list that it came from. */
export interface Popped<T> {
  key: T;
  element: T;
}

/** How many elements. */
export interface CountOption {
  count?: number;
}

/** Commands of lists. Those that wait take a time in seconds, which may have a fraction; 0 waits for ever. */
export interface ListCommands<T> {
  /** `lMove` that waits for an element; null when none came in time. */
  blMove(source: Key, destination: Key, from: Side, to: Side, seconds: number): Promise<T | null>;
  /** `lmPop` that waits for an element; null when none came in time. */
  blmPop(
    seconds: number,
    keys: Counted,
    side: Side | Key,
    ...options: Words<CountOption>
  ): Promise<[key: T, elements: T[]] | null>;
  /** The first element of the first list that has one, or that gets one in time; null when none did. */
  blPop(keys: OneOrMore<Key>, ...more: Value[]): Promise<Popped<T> | null>;
  /** The last element of the first list that has one, or that gets one in time; null when none did. */
  brPop(keys: OneOrMore<Key>, ...more: Value[]): Promise<Popped<T> | null>;
  /** `rPopLPush` that waits for an element; null when none came in time. */
  brPopLPush(source: Key, destination: Key, seconds: number): Promise<T | null>;
  /** The element at an index, which counts from the end when negative; null when there is none. */
  lIndex(key: Key, index: number): Promise<T | null>;
  /** Inserts an element beside another; the new length, -1 when the other is not there, 0 when there is no list. */
  lInsert(key: Key, where: 'BEFORE' | 'AFTER', pivot: Value, element: Value): Promise<number>;
  /** How many elements there are. */
  lLen(key: Key): Promise<number>;
  /** Moves an element from an end of a list to an end of another; the element, null when there is none. */
  lMove(source: Key, destination: Key, from: Side, to: Side): Promise<T | null>;
  /** Pops elements from the first list that has some; null when none has. */
  lmPop(keys: Counted, side: Side | Key, ...options: Words<CountOption>): Promise<[key: T, elements: T[]] | null>;
  /** The first element, null when there is none; with a count a list of that many at most. */
  lPop(key: Key): Promise<T | null>;
  lPop(key: Key, count: number): Promise<T[] | null>;
  /** `lPop` with a count. */
  lPopCount(key: Key, count: number): Promise<T[] | null>;
  /** The index of an element, null when it is not there; with `count` a list of indexes. */
  lPos(key: Key, element: Value, options: LPosOptions & { count: number }): Promise<number[]>;
  lPos(key: Key, element: Value, ...options: Words<LPosOptions>): Promise<number | null>;
  /** `lPos` with a count. */
  lPosCount(key: Key, element: Value, count: number, options?: Omit<LPosOptions, 'count'>): Promise<number[]>;
  /** Puts elements before the first, one after the other; the new length. */
  lPush(key: Key, ...elements: Some<Value>): Promise<number>;
  /** `lPush` to a list that is there; 0 when there is none. */
  lPushX(key: Key, ...elements: Some<Value>): Promise<number>;
  /** The elements from `start` to `stop`, both included; negative ones count from the end. */
  lRange(key: Key, start: number, stop: number): Promise<T[]>;
  /** Removes elements that are equal: from the start, from the end when the count is negative, all when it is 0. How many. */
  lRem(key: Key, count: number, element: Value): Promise<number>;
  /** Replaces the element at an index; refused when there is none. */
  lSet(key: Key, index: number, element: Value): Promise<'OK'>;
  /** Keeps the elements from `start` to `stop`, both included. */
  lTrim(key: Key, start: number, stop: number): Promise<'OK'>;
  /** The last element, null when there is none; with a count a list of that many at most. */
  rPop(key: Key): Promise<T | null>;
  rPop(key: Key, count: number): Promise<T[] | null>;
  /** `rPop` with a count. */
  rPopCount(key: Key, count: number): Promise<T[] | null>;
  /** Moves the last element to the start of another list; the element, null when there is none. */
  rPopLPush(source: Key, destination: Key): Promise<T | null>;
  /** Puts elements behind the last; the new length. */
  rPush(key: Key, ...elements: Some<Value>): Promise<number>;
  /** `rPush` to a list that is there; 0 when there is none. */
  rPushX(key: Key, ...elements: Some<Value>): Promise<number>;
}

const popped = unlessNull(([key, element]) => ({ key, element }));

/** `(key, element, count, options)`. */
const positions: Shape = ([key, element, count, given]) => [key, element, 'COUNT', count, ...options(given ?? {})];

export const LISTS: readonly Row[] = [
  ...rows('lIndex', 'lInsert', 'lLen', 'lMove', 'lPop', 'lPush', 'lPushX', 'lRange', 'lRem', 'lSet', 'lTrim', 'rPop'),
  ...rows('rPopLPush', 'rPush', 'rPushX'),
  row('blMove', { blocks: true }),
  row('blmPop', { shape: countedAt(1, 3), blocks: true }),
  row('blPop', { reply: popped, blocks: true }),
  row('brPop', { reply: popped, blocks: true }),
  row('brPopLPush', { blocks: true }),
  row('lmPop', { shape: countedAt(0, 2) }),
  row('lPopCount', { words: ['LPOP'] }),
  row('lPos', { shape: optionsAt(2) }),
  row('lPosCount', { words: ['LPOS'], shape: positions }),
  row('rPopCount', { words: ['RPOP'] }),
];
