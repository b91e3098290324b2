import type { Transform } from '../client/call.js';
import type { Counted, Key, Limit, OneOrMore, Some, Value, Words } from './arguments.js';
import type { CountOption } from './lists.js';
import { flat, isObject, options, type Row, row, rows, type Shape } from './row.js';
import { type CardOptions, countedWithLimit } from './sets.js';
import { countedAt, hasObjects, listOf, optionsAt, withWords } from './shapes.js';
import { scored, type Scored, scoredList, unlessNull } from './values.js';

/** A score: a number, or text such as `(1` (without 1 itself), `-inf`, `+inf`. */
export type Score = number | bigint | string;

/** A member to add, with its score. */
export interface Member {
  score: number | bigint | string;
  value: Value;
}

/** Options of ZADD. */
export interface ZAddOptions {
  /** Only adds. */
  nx?: boolean;
  /** Only changes. */
  xx?: boolean;
  /** Changes only to greater scores. */
  gt?: boolean;
  /** Changes only to lesser scores. */
  lt?: boolean;
  /** Counts what was changed, too. */
  ch?: boolean;
  /** Adds to the score of one member, which is answered. */
  incr?: boolean;
}

/** Options of ZRANGESTORE. */
export interface ZRangeStoreOptions {
  /** `start` and `stop` are scores. */
  byscore?: boolean;
  /** `start` and `stop` are texts: `[a`, `(b`, `-`, `+`. */
  bylex?: boolean;
  /** From the greatest to the least: `start` is the greater one. */
  rev?: boolean;
  /** Where to begin, and how many to take. */
  limit?: Limit;
}

/** Options of ZRANGE. */
export interface ZRangeOptions extends ZRangeStoreOptions {
  withscores?: boolean;
}

/** Options of ZRANGEBYSCORE. */
export interface ZRangeByScoreOptions {
  withscores?: boolean;
  limit?: Limit;
}

/** Options of ZUNIONSTORE and ZINTERSTORE. */
export interface ZStoreOptions {
  /** What the scores of each set are multiplied with. */
  weights?: readonly number[];
  /** What becomes of the scores of one member. */
  aggregate?: 'SUM' | 'MIN' | 'MAX';
}

/** Options of ZUNION and ZINTER. */
export interface ZCombineOptions extends ZStoreOptions {
  withscores?: boolean;
}

/** With scores. */
export interface WithScores {
  withscores: true;
}

/** A member that was popped, and the sorted set that it came from. */
export interface ScoredFrom<T> extends Scored<T> {
  key: T;
}

/** Members that were popped, and the sorted set that they came from. */
export interface MembersFrom<T> {
  key: T;
  members: Scored<T>[];
}

/** Commands of sorted sets. Ranks count from 0, from the least score; members with the same score are in order of their bytes. */
export interface SortedSetCommands<T> {
  /** `zmPop` that waits for members so many seconds, 0 for ever; null when none came in time. */
  bzmPop(
    seconds: number,
    keys: Counted,
    end: 'MIN' | 'MAX' | Key,
    ...options: Words<CountOption>
  ): Promise<MembersFrom<T> | null>;
  /** Pops the greatest member of the first set that has one; the last argument is how many seconds to wait. Null if none came. */
  bzPopMax(keys: OneOrMore<Key>, ...more: Value[]): Promise<ScoredFrom<T> | null>;
  /** Pops the least member of the first set that has one; the last argument is how many seconds to wait. Null if none came. */
  bzPopMin(keys: OneOrMore<Key>, ...more: Value[]): Promise<ScoredFrom<T> | null>;
  /** Adds members or changes their scores; how many are new. With `incr` the new score, null when a condition is not met. */
  zAdd(key: Key, members: OneOrMore<Member>, options: ZAddOptions & { incr: true }): Promise<number | null>;
  zAdd(key: Key, members: OneOrMore<Member>, options?: ZAddOptions): Promise<number>;
  zAdd(key: Key, ...words: OneOrMore<Value>[]): Promise<number>;
  /** `zAdd` with `incr`. */
  zAddIncr(key: Key, member: Member, options?: Omit<ZAddOptions, 'incr'>): Promise<number | null>;
  /** How many members there are. */
  zCard(key: Key): Promise<number>;
  /** How many members have a score from `min` to `max`. */
  zCount(key: Key, min: Score, max: Score): Promise<number>;
  /** The members of the first set that none of the others has. */
  zDiff(keys: Counted, options: WithScores): Promise<Scored<T>[]>;
  zDiff(keys: Counted, ...words: Value[]): Promise<T[]>;
  /** `zDiff` with scores. */
  zDiffWithScores(keys: Counted, ...words: Value[]): Promise<Scored<T>[]>;
  /** Stores the members of the first set that none of the others has; how many there are. */
  zDiffStore(destination: Key, keys: Counted, ...words: Value[]): Promise<number>;
  /** Adds to a member's score; the new score. */
  zIncrBy(key: Key, increment: number, member: Value): Promise<number>;
  /** The members that all of the sets have, their scores added up unless said otherwise. */
  zInter(keys: Counted, options: ZCombineOptions & WithScores): Promise<Scored<T>[]>;
  zInter(keys: Counted, ...options: Words<ZCombineOptions>): Promise<T[]>;
  /** `zInter` with scores. */
  zInterWithScores(keys: Counted, ...options: Words<ZStoreOptions>): Promise<Scored<T>[]>;
  /** How many members all of the sets have; a limit is an option or a number. */
  zInterCard(keys: Counted, ...options: [limit: number] | Words<CardOptions>): Promise<number>;
  /** Stores the members that all of the sets have; how many there are. */
  zInterStore(destination: Key, keys: Counted, ...options: Words<ZStoreOptions>): Promise<number>;
  /** How many members are from `min` to `max` (`[a`, `(b`, `-`, `+`), when all scores are the same. */
  zLexCount(key: Key, min: Value, max: Value): Promise<number>;
  /** Pops members with the least or the greatest scores of the first set that has some; null when none has. */
  zmPop(keys: Counted, end: 'MIN' | 'MAX' | Key, ...options: Words<CountOption>): Promise<MembersFrom<T> | null>;
  /** The scores of members in their order; null for each that is missing. */
  zmScore(key: Key, ...members: Some<Value>): Promise<(number | null)[]>;
  /** Pops the member with the greatest score, null when there is none; with a count a list of that many at most. */
  zPopMax(key: Key): Promise<Scored<T> | null>;
  zPopMax(key: Key, count: number): Promise<Scored<T>[]>;
  /** `zPopMax` with a count. */
  zPopMaxCount(key: Key, count: number): Promise<Scored<T>[]>;
  /** Pops the member with the least score, null when there is none; with a count a list of that many at most. */
  zPopMin(key: Key): Promise<Scored<T> | null>;
  zPopMin(key: Key, count: number): Promise<Scored<T>[]>;
  /** `zPopMin` with a count. */
  zPopMinCount(key: Key, count: number): Promise<Scored<T>[]>;
  /** Some member, null when there is none; with a count a list, in which members repeat when the count is negative. */
  zRandMember(key: Key): Promise<T | null>;
  zRandMember(key: Key, count: number): Promise<T[]>;
  /** `zRandMember` with a count. */
  zRandMemberCount(key: Key, count: number): Promise<T[]>;
  /** Some members with their scores. */
  zRandMemberCountWithScores(key: Key, count: number): Promise<Scored<T>[]>;
  /** The members from `start` to `stop`, both included: ranks, counted from the end when negative, or what options say. */
  zRange(key: Key, start: Score, stop: Score, options: ZRangeOptions & WithScores): Promise<Scored<T>[]>;
  zRange(key: Key, start: Value, stop: Value, ...options: Words<ZRangeOptions>): Promise<T[]>;
  /** `zRange` with scores. */
  zRangeWithScores(key: Key, start: Score, stop: Score, ...options: Words<ZRangeStoreOptions>): Promise<Scored<T>[]>;
  /** The members from `min` to `max` (`[a`, `(b`, `-`, `+`), when all scores are the same. */
  zRangeByLex(key: Key, min: Value, max: Value, ...options: Words<{ limit?: Limit }>): Promise<T[]>;
  /** The members with a score from `min` to `max`. */
  zRangeByScore(key: Key, min: Score, max: Score, options: ZRangeByScoreOptions & WithScores): Promise<Scored<T>[]>;
  zRangeByScore(key: Key, min: Score, max: Score, ...options: Words<ZRangeByScoreOptions>): Promise<T[]>;
  /** `zRangeByScore` with scores. */
  zRangeByScoreWithScores(key: Key, min: Score, max: Score, ...options: Words<{ limit?: Limit }>): Promise<Scored<T>[]>;
  /** Stores what `zRange` would answer; how many members there are. */
  zRangeStore(destination: Key, source: Key, start: Value, stop: Value, ...options: Words<ZRangeStoreOptions>): Promise<number>;
  /** The rank of a member; null when there is none. */
  zRank(key: Key, member: Value): Promise<number | null>;
  /** Removes members; how many there were. */
  zRem(key: Key, ...members: Some<Value>): Promise<number>;
  /** Removes the members from `min` to `max`, when all scores are the same; how many there were. */
  zRemRangeByLex(key: Key, min: Value, max: Value): Promise<number>;
  /** Removes the members with a rank from `start` to `stop`; how many there were. */
  zRemRangeByRank(key: Key, start: number, stop: number): Promise<number>;
  /** Removes the members with a score from `min` to `max`; how many there were. */
  zRemRangeByScore(key: Key, min: Score, max: Score): Promise<number>;
  /** `zRange` by rank from the greatest score to the least. */
  zRevRange(key: Key, start: number, stop: number, options: WithScores): Promise<Scored<T>[]>;
  zRevRange(key: Key, start: number, stop: number, ...words: Value[]): Promise<T[]>;
  /** `zRangeByLex` from the greatest to the least, `max` first. */
  zRevRangeByLex(key: Key, max: Value, min: Value, ...options: Words<{ limit?: Limit }>): Promise<T[]>;
  /** `zRangeByScore` from the greatest to the least, `max` first. */
  zRevRangeByScore(key: Key, max: Score, min: Score, options: ZRangeByScoreOptions & WithScores): Promise<Scored<T>[]>;
  zRevRangeByScore(key: Key, max: Score, min: Score, ...options: Words<ZRangeByScoreOptions>): Promise<T[]>;
  /** The rank of a member from the greatest score; null when there is none. */
  zRevRank(key: Key, member: Value): Promise<number | null>;
  /** The score of a member; null when there is none. */
  zScore(key: Key, member: Value): Promise<number | null>;
  /** The members that any of the sets has, their scores added up unless said otherwise. */
  zUnion(keys: Counted, options: ZCombineOptions & WithScores): Promise<Scored<T>[]>;
  zUnion(keys: Counted, ...options: Words<ZCombineOptions>): Promise<T[]>;
  /** `zUnion` with scores. */
  zUnionWithScores(keys: Counted, ...options: Words<ZStoreOptions>): Promise<Scored<T>[]>;
  /** Stores the members that any of the sets has; how many there are. */
  zUnionStore(destination: Key, keys: Counted, ...options: Words<ZStoreOptions>): Promise<number>;
}

/** `(key, { score, value }, options)`, or the words of the command. */
const members: Shape = (args) => {
  const [key, given, more, ...rest] = args;
  if (!hasObjects(given)) return flat(args);
  const words = listOf(given).flatMap((member) => (isObject(member) ? [member['score'], member['value']] : [member]));
  return [key, ...(isObject(more) ? options(more) : more === undefined ? [] : [more]), ...words, ...rest];
};

const increment: Shape = ([key, member, more]) => members([key, member, { ...(more ?? {}), incr: true }]);

/** Without a count one pair, or null; with a count a list of pairs. */
const popped: Transform = (reply, args) => {
  if (args.length > 1) return scoredList(reply, args);
  return reply.length === 0 ? null : scored(reply, args);
};

const poppedFrom = unlessNull(([key, value, score]) => ({ key, value, score }));
const membersFrom = unlessNull(([key, list]) => ({ key, members: scoredList(list, []) }));
const WITH = 'WITHSCORES';

export const SORTED_SETS: readonly Row[] = [
  ...rows('zCard', 'zCount', 'zIncrBy', 'zLexCount', 'zmScore', 'zRank', 'zRem', 'zRemRangeByLex'),
  ...rows('zRemRangeByRank', 'zRemRangeByScore', 'zRevRank', 'zScore'),
  row('bzmPop', { shape: countedAt(1, 3), reply: membersFrom, blocks: true }),
  row('bzPopMax', { reply: poppedFrom, blocks: true }),
  row('bzPopMin', { reply: poppedFrom, blocks: true }),
  row('zAdd', { shape: members }),
  row('zAddIncr', { words: ['ZADD'], shape: increment }),
  row('zDiff', { shape: countedAt(0), reply: scoredList }),
  row('zDiffWithScores', { words: ['ZDIFF'], shape: withWords(countedAt(0), WITH), reply: scoredList }),
  row('zDiffStore', { shape: countedAt(1) }),
  row('zInter', { shape: countedAt(0), reply: scoredList }),
  row('zInterWithScores', { words: ['ZINTER'], shape: withWords(countedAt(0), WITH), reply: scoredList }),
  row('zInterCard', { shape: countedWithLimit }),
  row('zInterStore', { shape: countedAt(1) }),
  row('zmPop', { shape: countedAt(0, 2), reply: membersFrom }),
  row('zPopMax', { reply: popped }),
  row('zPopMaxCount', { words: ['ZPOPMAX'], reply: popped }),
  row('zPopMin', { reply: popped }),
  row('zPopMinCount', { words: ['ZPOPMIN'], reply: popped }),
  row('zRandMember', { reply: scoredList }),
  row('zRandMemberCount', { words: ['ZRANDMEMBER'] }),
  row('zRandMemberCountWithScores', { words: ['ZRANDMEMBER'], shape: withWords(flat, WITH), reply: scoredList }),
  row('zRange', { shape: optionsAt(3), reply: scoredList }),
  row('zRangeWithScores', { words: ['ZRANGE'], shape: withWords(optionsAt(3), WITH), reply: scoredList }),
  row('zRangeByLex', { shape: optionsAt(3) }),
  row('zRangeByScore', { shape: optionsAt(3), reply: scoredList }),
  row('zRangeByScoreWithScores', { words: ['ZRANGEBYSCORE'], shape: withWords(optionsAt(3), WITH), reply: scoredList }),
  row('zRangeStore', { shape: optionsAt(4) }),
  row('zRevRange', { shape: optionsAt(3), reply: scoredList }),
  row('zRevRangeByLex', { shape: optionsAt(3) }),
  row('zRevRangeByScore', { shape: optionsAt(3), reply: scoredList }),
  row('zUnion', { shape: countedAt(0), reply: scoredList }),
  row('zUnionWithScores', { words: ['ZUNION'], shape: withWords(countedAt(0), WITH), reply: scoredList }),
  row('zUnionStore', { shape: countedAt(1) }),
];
