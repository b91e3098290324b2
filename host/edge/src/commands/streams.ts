import type { Transform } from '../client/call.js';
import type { Fields, Key, OneOrMore, Some, Value, Words } from './arguments.js';
import type { CountOption } from './lists.js';
import { flat, isObject, options, pairs, type Row, row, rows, type Shape } from './row.js';
import { hasObjects, hasWord, listOf, optionsAt, withWords } from './shapes.js';
import { each, fields, text, unlessNull } from './values.js';

/** An entry of a stream. */
export interface Entry<T> {
  id: T;
  message: Record<string, T>;
}

/** A stream to read, after the entry with this id: `0` for all, `$` for those to come, `>` for those no consumer has. */
export interface StreamFrom {
  key: Key;
  id: Value;
}

/** What was read of a stream. */
export interface StreamEntries<T> {
  name: string;
  messages: Entry<T>[];
}

/** A length or an id to trim to: `1000`, or as far as is cheap `['~', 1000]`. */
export type Threshold = Value | readonly ['~' | '=', Value];

/** Options of XTRIM. */
export interface TrimOptions {
  /** Keeps the newest so many entries. */
  maxlen?: Threshold;
  /** Keeps the entries from this id on. */
  minid?: Threshold;
  /** Removes no more than this, when the threshold has `~`. */
  limit?: number;
}

/** Options of XADD. */
export interface XAddOptions extends TrimOptions {
  /** Makes no stream when there is none. */
  nomkstream?: boolean;
}

/** Options of XREAD. */
export interface XReadOptions extends CountOption {
  /** Waits so many milliseconds for entries, 0 for ever. */
  block?: number;
}

/** Options of XREADGROUP. */
export interface XReadGroupOptions extends XReadOptions {
  /** What is read counts as acknowledged. */
  noack?: boolean;
}

/** Options of XCLAIM. */
export interface XClaimOptions {
  /** Milliseconds since it was delivered, to be set. */
  idle?: number;
  /** The Unix time in milliseconds at which it was delivered, to be set. */
  time?: number | Date;
  /** How often it was delivered, to be set. */
  retrycount?: number;
  /** Also what nobody has. */
  force?: boolean;
  lastid?: Value;
}

/** Options of XGROUP CREATE. */
export interface XGroupCreateOptions {
  /** Makes the stream when there is none. */
  mkstream?: boolean;
  /** How many entries count as read. */
  entriesread?: number;
}

/** Options of XPENDING. */
export interface XPendingOptions {
  /** Delivered at least so many milliseconds ago. */
  idle?: number;
  consumer?: Key;
}

/** Options of XSETID. */
export interface XSetIdOptions {
  entriesadded?: number;
  maxdeletedid?: Value;
}

/** Entries of a group that are not acknowledged yet, as a whole. */
export interface Pending<T> {
  pending: number;
  firstId: T | null;
  lastId: T | null;
  consumers: { name: T; deliveriesCounter: number }[] | null;
}

/** An entry that is not acknowledged yet. */
export interface PendingEntry<T> {
  id: T;
  consumer: T;
  millisecondsSinceLastDelivery: number;
  deliveriesCounter: number;
}

/** What a consumer took over: entries or ids, where to go on (`0-0` at the end), and ids that are no longer there. */
export interface Claimed<T, Item> {
  nextId: T;
  messages: Item[];
  deletedMessages: T[];
}

/** Commands of streams. */
export interface StreamCommands<T> {
  /** Acknowledges entries; how many were pending. */
  xAck(key: Key, group: Key, ...ids: Some<Value>): Promise<number>;
  /** Adds an entry; its id (`*` makes one), null with `nomkstream` when there is no stream. */
  xAdd(key: Key, id: Value, message: Fields, options?: XAddOptions): Promise<T | null>;
  xAdd(key: Key, ...words: Value[]): Promise<T | null>;
  /** Takes over entries that another consumer has had for so many milliseconds, from an id on. */
  xAutoClaim(
    key: Key,
    group: Key,
    consumer: Key,
    minIdle: number,
    start: Value,
    ...options: Words<CountOption>
  ): Promise<Claimed<T, Entry<T>>>;
  /** `xAutoClaim` with ids alone. */
  xAutoClaimJustId(
    key: Key,
    group: Key,
    consumer: Key,
    minIdle: number,
    start: Value,
    ...options: Words<CountOption>
  ): Promise<Claimed<T, T>>;
  /** Takes over these entries, when another consumer has had them for so many milliseconds. */
  xClaim(
    key: Key,
    group: Key,
    consumer: Key,
    minIdle: number,
    ids: OneOrMore<Value>,
    ...options: Words<XClaimOptions>
  ): Promise<Entry<T>[]>;
  /** `xClaim` with ids alone. */
  xClaimJustId(
    key: Key,
    group: Key,
    consumer: Key,
    minIdle: number,
    ids: OneOrMore<Value>,
    ...options: Words<XClaimOptions>
  ): Promise<T[]>;
  /** Deletes entries; how many there were. */
  xDel(key: Key, ...ids: Some<Value>): Promise<number>;
  /** XGROUP with its subcommand as a word. */
  xGroup(subcommand: string, ...args: Value[]): Promise<any>;
  /** Makes a group that reads what comes after an id: `$` for the last, `0` for all. */
  xGroupCreate(key: Key, group: Key, id: Value, ...options: Words<XGroupCreateOptions>): Promise<'OK'>;
  /** Makes a consumer: 1, or 0 when there is one. */
  xGroupCreateConsumer(key: Key, group: Key, consumer: Key): Promise<number>;
  /** Deletes a consumer; how many entries it had that were not acknowledged. */
  xGroupDelConsumer(key: Key, group: Key, consumer: Key): Promise<number>;
  /** Deletes a group: 1, or 0 when there was none. */
  xGroupDestroy(key: Key, group: Key): Promise<number>;
  /** Sets the id after which a group reads. */
  xGroupSetId(key: Key, group: Key, id: Value, ...options: Words<Pick<XGroupCreateOptions, 'entriesread'>>): Promise<'OK'>;
  /** XINFO with its subcommand as a word; the reply as RESP3 has it. */
  xInfo(subcommand: string, ...args: Value[]): Promise<any>;
  /** The consumers of a group: `name`, `pending`, `idle` in milliseconds. */
  xInfoConsumers(key: Key, group: Key): Promise<Record<string, T | number>[]>;
  /** The groups of a stream: `name`, `consumers`, `pending`, `last-delivered-id`, `entries-read`, `lag`. */
  xInfoGroups(key: Key): Promise<Record<string, T | number | null>[]>;
  /** What a stream is made of: `length`, `last-generated-id`, `first-entry` …; with `full` its entries and groups, too. */
  xInfoStream(key: Key, ...options: Words<CountOption & { full?: boolean }>): Promise<Record<string, any>>;
  /** How many entries there are. */
  xLen(key: Key): Promise<number>;
  /** How many entries of a group are not acknowledged, and who has them. */
  xPending(key: Key, group: Key): Promise<Pending<T>>;
  xPending(key: Key, group: Key, ...words: Value[]): Promise<Pending<T> | PendingEntry<T>[]>;
  /** The entries of a group that are not acknowledged, from `start` to `end`. */
  xPendingRange(
    key: Key,
    group: Key,
    start: Value,
    end: Value,
    count: number,
    options?: XPendingOptions,
  ): Promise<PendingEntry<T>[]>;
  /** The entries from `start` to `end`, both included unless `(` is before them; `-` and `+` are the ends. */
  xRange(key: Key, start: Value, end: Value, ...options: Words<CountOption>): Promise<Entry<T>[]>;
  /** The entries of streams after some; null when there are none, or with `block` none came in time. */
  xRead(streams: OneOrMore<StreamFrom>, options?: XReadOptions): Promise<StreamEntries<T>[] | null>;
  xRead(...words: Value[]): Promise<StreamEntries<T>[] | null>;
  /** The entries of streams for a consumer of a group; null when there are none, or with `block` none came in time. */
  xReadGroup(
    group: Key,
    consumer: Key,
    streams: OneOrMore<StreamFrom>,
    options?: XReadGroupOptions,
  ): Promise<StreamEntries<T>[] | null>;
  xReadGroup(...words: Value[]): Promise<StreamEntries<T>[] | null>;
  /** The entries from `end` back to `start`. */
  xRevRange(key: Key, end: Value, start: Value, ...options: Words<CountOption>): Promise<Entry<T>[]>;
  /** Sets the id that counts as the last. */
  xSetId(key: Key, id: Value, ...options: Words<XSetIdOptions>): Promise<'OK'>;
  /** Removes the oldest entries; how many. As options, or as in `xTrim(key, 'MAXLEN', 1000)`. */
  xTrim(key: Key, ...options: [options: TrimOptions] | Value[]): Promise<number>;
}

/** `(key, id, message, options)`: options come first in the command. */
const add: Shape = (args) => {
  const [key, id, message, more, ...rest] = args;
  if (!isObject(message) && !Array.isArray(message)) return flat(args);
  return [key, ...(isObject(more) ? options(more) : more === undefined ? [] : [more]), id, ...pairs(message), ...rest];
};

/** `(streams, options)`: keys and then ids are last in the command. */
const read: Shape = (args) => {
  const [streams, more, ...rest] = args;
  if (!hasObjects(streams)) return flat(args);
  const list = listOf(streams).map((stream) => (isObject(stream) ? stream : { key: stream }) as Partial<StreamFrom>);
  const words = isObject(more) ? options(more) : more === undefined ? [] : [more];
  return [...words, ...rest, 'STREAMS', ...list.map(({ key }) => key), ...list.map(({ id }) => id)];
};

/** `(group, consumer, streams, options)`. */
const readGroup: Shape = (args) => {
  const [group, consumer, ...rest] = args;
  return hasObjects(rest[0]) || !hasWord(args, 'STREAMS') ? ['GROUP', group, consumer, ...read(rest)] : flat(args);
};

/** Whether BLOCK stands before the streams, and behind GROUP with its two names. */
const readBlocks = (words: readonly unknown[]): boolean => {
  for (let at = words[0] === 'GROUP' ? 3 : 0; at < words.length; at++) {
    const name = String(words[at]).toUpperCase();
    if (name === 'BLOCK') return true;
    if (name === 'STREAMS') return false;
  }
  return false;
};

/** `(key, group, start, end, count, { idle, consumer })`. */
const pendingRange: Shape = ([key, group, start, end, count, more]) => {
  const { idle, consumer } = (more ?? {}) as XPendingOptions;
  const before = idle === undefined ? [] : ['IDLE', idle];
  return [key, group, ...before, start, end, count, ...(consumer === undefined ? [] : [consumer])];
};

/** An entry; null for one that was deleted, and an id alone stays as it is. */
const entry: Transform = (item) => {
  if (!Array.isArray(item)) return item;
  const [id, list] = item;
  return { id, message: fields(list ?? []) };
};
const entries: Transform = each(entry);
const streams = unlessNull((reply) => Object.entries(reply).map(([name, list]) => ({ name, messages: entries(list, []) })));
const claimed: Transform = ([nextId, list, deletedMessages]) => ({
  nextId,
  messages: entries(list, []),
  deletedMessages,
});
const pendingEntry: Transform = ([id, consumer, millisecondsSinceLastDelivery, deliveriesCounter]) => ({
  id,
  consumer,
  millisecondsSinceLastDelivery,
  deliveriesCounter,
});
const pending: Transform = (reply, args) => {
  if (args.length > 2) return reply.map(pendingEntry);
  const [count, firstId, lastId, list] = reply;
  const consumers = list?.map(([name, times]: [unknown, unknown]) => ({ name, deliveriesCounter: Number(text(times)) })) ?? null;
  return { pending: count, firstId, lastId, consumers };
};
const stream: Transform = (info) => {
  for (const name of ['first-entry', 'last-entry']) if (info[name]) info[name] = entry(info[name], []);
  if (info.entries) info.entries = entries(info.entries, []);
  return info;
};

export const STREAMS: readonly Row[] = [
  ...rows('xAck', 'xDel', 'xGroup', 'xInfo', 'xLen'),
  row('xAdd', { shape: add }),
  row('xAutoClaim', { shape: optionsAt(5), reply: claimed }),
  row('xAutoClaimJustId', { words: ['XAUTOCLAIM'], shape: withWords(optionsAt(5), 'JUSTID'), reply: claimed }),
  row('xClaim', { shape: optionsAt(5), reply: entries }),
  row('xClaimJustId', { words: ['XCLAIM'], shape: withWords(optionsAt(5), 'JUSTID') }),
  row('xGroupCreate', { words: ['XGROUP', 'CREATE'], shape: optionsAt(3) }),
  row('xGroupCreateConsumer', { words: ['XGROUP', 'CREATECONSUMER'] }),
  row('xGroupDelConsumer', { words: ['XGROUP', 'DELCONSUMER'] }),
  row('xGroupDestroy', { words: ['XGROUP', 'DESTROY'] }),
  row('xGroupSetId', { words: ['XGROUP', 'SETID'], shape: optionsAt(3) }),
  row('xInfoConsumers', { words: ['XINFO', 'CONSUMERS'] }),
  row('xInfoGroups', { words: ['XINFO', 'GROUPS'] }),
  row('xInfoStream', { words: ['XINFO', 'STREAM'], shape: optionsAt(1), reply: stream }),
  row('xPending', { reply: pending }),
  row('xPendingRange', { words: ['XPENDING'], shape: pendingRange, reply: each(pendingEntry) }),
  row('xRange', { shape: optionsAt(3), reply: entries }),
  row('xRead', { shape: read, reply: streams, blocks: readBlocks }),
  row('xReadGroup', { shape: readGroup, reply: streams, blocks: readBlocks }),
  row('xRevRange', { shape: optionsAt(3), reply: entries }),
  row('xSetId', { shape: optionsAt(2) }),
  row('xTrim', { shape: optionsAt(1) }),
];
