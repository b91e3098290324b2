import type { Argument } from '../resp/commands.js';

/** The name of a key, a field, a channel … . */
export type Key = Argument;

/** Something to store or to look for. Numbers and bigints are sent as decimal text, bytes as they are. */
export type Value = Argument;

/** One, or a list of them. */
export type OneOrMore<A> = A | readonly A[];

/** One or more, one after the other or as lists. */
export type Some<A> = [OneOrMore<A>, ...OneOrMore<A>[]];

/** At the end of a method: options as an object, or as the command's own words (`'EX', 60`). Names may be in upper case. */
export type Words<O> = [options?: O] | Value[];

/** A list of keys, which the command counts; or that count, with the keys behind it. */
export type Counted = readonly Key[] | number;

/** Fields with their values: an object, a Map, a list of pairs. */
export type Fields =
  | Readonly<Record<string, Value>>
  | ReadonlyMap<Key, Value>
  | readonly (readonly [Key, Value])[]
  | readonly Value[];

/** Where in a range to begin, and how many to take. */
export type Limit = readonly [offset: number, count: number];

/** What happens when a key or a field has a time to live already, or none. */
export interface ExpireOptions {
  /** Only when it has none. */
  nx?: boolean;
  /** Only when it has one. */
  xx?: boolean;
  /** Only when the new one is later. */
  gt?: boolean;
  /** Only when the new one is sooner; none counts as endless. */
  lt?: boolean;
}

/** When something expires: one of these. */
export interface Expiry {
  /** In so many seconds. */
  ex?: number;
  /** In so many milliseconds. */
  px?: number;
  /** At a Unix time in seconds. */
  exat?: number | Date;
  /** At a Unix time in milliseconds. */
  pxat?: number | Date;
}
