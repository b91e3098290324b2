import type { Counted, Key, Some, Value, Words } from './arguments.js';
import { type Row, row, rows, type Shape } from './row.js';
import { countedAt } from './shapes.js';

/** Options of SINTERCARD and ZINTERCARD. */
export interface CardOptions {
  /** Counts no further than this. */
  limit?: number;
}

/** Commands of sets. */
export interface SetCommands<T> {
  /** Adds members; how many are new. */
  sAdd(key: Key, ...members: Some<Value>): Promise<number>;
  /** How many members there are. */
  sCard(key: Key): Promise<number>;
  /** The members of the first set that none of the others has. */
  sDiff(...keys: Some<Key>): Promise<T[]>;
  /** Stores the members of the first set that none of the others has; how many there are. */
  sDiffStore(destination: Key, ...keys: Some<Key>): Promise<number>;
  /** The members that all of the sets have. */
  sInter(...keys: Some<Key>): Promise<T[]>;
  /** How many members all of the sets have; a limit is an option or a number. */
  sInterCard(keys: Counted, ...options: [limit: number] | Words<CardOptions>): Promise<number>;
  /** Stores the members that all of the sets have; how many there are. */
  sInterStore(destination: Key, ...keys: Some<Key>): Promise<number>;
  /** Whether the set has a member: 1 or 0. */
  sIsMember(key: Key, member: Value): Promise<number>;
  /** All members, in no order. */
  sMembers(key: Key): Promise<T[]>;
  /** Whether the set has each of the members: 1 or 0. */
  smIsMember(key: Key, ...members: Some<Value>): Promise<number[]>;
  /** Moves a member to another set: 1, or 0 when it is not there. */
  sMove(source: Key, destination: Key, member: Value): Promise<number>;
  /** Takes some member out, null when there is none; with a count a list of that many at most. */
  sPop(key: Key): Promise<T | null>;
  sPop(key: Key, count: number): Promise<T[]>;
  /** `sPop` with a count. */
  sPopCount(key: Key, count: number): Promise<T[]>;
  /** Some member, null when there is none; with a count a list, in which members repeat when the count is negative. */
  sRandMember(key: Key): Promise<T | null>;
  sRandMember(key: Key, count: number): Promise<T[]>;
  /** `sRandMember` with a count. */
  sRandMemberCount(key: Key, count: number): Promise<T[]>;
  /** Removes members; how many there were. */
  sRem(key: Key, ...members: Some<Value>): Promise<number>;
  /** The members that any of the sets has. */
  sUnion(...keys: Some<Key>): Promise<T[]>;
  /** Stores the members that any of the sets has; how many there are. */
  sUnionStore(destination: Key, ...keys: Some<Key>): Promise<number>;
}

const counted = countedAt(0);

/** `(keys, limit)`, where the limit is a number or an option. */
export const countedWithLimit: Shape = (args) => {
  const [keys, limit] = args;
  return Array.isArray(keys) && typeof limit === 'number' ? counted([keys, { limit }]) : counted(args);
};

export const SETS: readonly Row[] = [
  ...rows('sAdd', 'sCard', 'sDiff', 'sDiffStore', 'sInter', 'sInterStore', 'sIsMember', 'sMembers', 'smIsMember', 'sMove'),
  ...rows('sPop', 'sRandMember', 'sRem', 'sUnion', 'sUnionStore'),
  row('sInterCard', { shape: countedWithLimit }),
  row('sPopCount', { words: ['SPOP'] }),
  row('sRandMemberCount', { words: ['SRANDMEMBER'] }),
];
