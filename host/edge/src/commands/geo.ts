import type { Transform } from '../client/call.js';
import type { Key, OneOrMore, Some, Value, Words } from './arguments.js';
import { flat, isObject, options, type Row, row, rows, type Shape } from './row.js';
import { hasObjects, listOf, optionsAt } from './shapes.js';
import { each, number, unlessNull } from './values.js';

/** A unit of distance: metres, kilometres, miles, feet. */
export type Unit = 'm' | 'km' | 'mi' | 'ft';

/** A place on earth, in degrees. */
export interface Coordinates {
  longitude: number;
  latitude: number;
}

/** A member to add, with its place. */
export interface GeoMember extends Coordinates {
  member: Value;
}

/** Options of GEOADD. */
export interface GeoAddOptions {
  /** Only adds. */
  nx?: boolean;
  /** Only moves. */
  xx?: boolean;
  /** Counts what was moved, too. */
  ch?: boolean;
}

/** What a search begins at: a place, or a member (as an object or by its name). */
export type GeoFrom = Coordinates | { member: Value } | string | Uint8Array;

/** What a search looks in: a circle, or a box. */
export type GeoBy = { radius: number; unit: Unit } | { width: number; height: number; unit: Unit };

/** Options that say how many, and in what order. */
export interface GeoOrder {
  /** No more than so many; with `any` those that are found first: `[10, 'ANY']`. */
  count?: number | readonly [number, 'ANY'];
  /** The nearest first. */
  asc?: boolean;
  /** The farthest first. */
  desc?: boolean;
}

/** Options of GEOSEARCH and GEORADIUS. */
export interface GeoSearchOptions extends GeoOrder {
  withdist?: boolean;
  withcoord?: boolean;
  withhash?: boolean;
}

/** Options of GEOSEARCHSTORE. */
export interface GeoStoreOptions extends GeoOrder {
  /** Stores distances as scores, in the unit of the search. */
  storedist?: boolean;
}

/** Options of GEORADIUS that store what is found, and answer how much. */
export interface GeoRadiusOptions extends GeoSearchOptions {
  store?: Key;
  storedist?: Key;
}

/** What was found, with what was asked for: the distance in the unit of the search, 52 bits of geohash, the place. */
export interface Found<T> {
  member: T;
  distance?: number;
  hash?: number;
  coordinates?: Coordinates;
}

/** What to answer with a member: its distance, its place, its geohash. */
export type GeoDetail = 'WITHDIST' | 'WITHCOORD' | 'WITHHASH';

/** What was asked for with a member. */
export type WithDetails = { withdist: true } | { withcoord: true } | { withhash: true };

/** What is found is stored: with its geohash, or with its distance as the score. */
export type Stored = { store: Key } | { storedist: Key };

/** Commands of places, which are kept in sorted sets. */
export interface GeoCommands<T> {
  /** Adds members with their places, or moves them; how many are new. */
  geoAdd(key: Key, members: OneOrMore<GeoMember>, options?: GeoAddOptions): Promise<number>;
  geoAdd(key: Key, ...words: Value[]): Promise<number>;
  /** The distance of two members, in metres when no unit is said; null when one is missing. */
  geoDist(key: Key, member1: Value, member2: Value, ...unit: [unit?: Unit]): Promise<number | null>;
  /** The geohashes of members, eleven characters each; null for each that is missing. */
  geoHash(key: Key, ...members: Some<Value>): Promise<(T | null)[]>;
  /** The places of members; null for each that is missing. */
  geoPos(key: Key, ...members: Some<Value>): Promise<(Coordinates | null)[]>;
  /** The members in a circle around a place; the older form of `geoSearch`. */
  geoRadius(
    key: Key,
    from: Coordinates,
    radius: number,
    unit: Unit,
    options: GeoSearchOptions & WithDetails,
  ): Promise<Found<T>[]>;
  geoRadius(key: Key, from: Coordinates, radius: number, unit: Unit, options: GeoRadiusOptions & Stored): Promise<number>;
  geoRadius(key: Key, from: Coordinates, radius: number, unit: Unit, options?: GeoSearchOptions): Promise<T[]>;
  geoRadius(key: Key, ...words: Value[]): Promise<T[] | Found<T>[] | number>;
  /** `geoRadius` that stores nothing. */
  geoRadiusRo(
    key: Key,
    from: Coordinates,
    radius: number,
    unit: Unit,
    options: GeoSearchOptions & WithDetails,
  ): Promise<Found<T>[]>;
  geoRadiusRo(key: Key, from: Coordinates, radius: number, unit: Unit, options?: GeoSearchOptions): Promise<T[]>;
  geoRadiusRo(key: Key, ...words: Value[]): Promise<T[] | Found<T>[]>;
  /** The members in a circle around a member; the older form of `geoSearch`. */
  geoRadiusByMember(
    key: Key,
    member: Value,
    radius: number,
    unit: Unit,
    options: GeoSearchOptions & WithDetails,
  ): Promise<Found<T>[]>;
  geoRadiusByMember(key: Key, member: Value, radius: number, unit: Unit, options: GeoRadiusOptions & Stored): Promise<number>;
  geoRadiusByMember(key: Key, member: Value, radius: number, unit: Unit, ...options: Words<GeoSearchOptions>): Promise<T[]>;
  /** `geoRadiusByMember` that stores nothing. */
  geoRadiusByMemberRo(
    key: Key,
    member: Value,
    radius: number,
    unit: Unit,
    options: GeoSearchOptions & WithDetails,
  ): Promise<Found<T>[]>;
  geoRadiusByMemberRo(key: Key, member: Value, radius: number, unit: Unit, ...options: Words<GeoSearchOptions>): Promise<T[]>;
  /** The members in a circle or a box: names, or objects when details are asked for. */
  geoSearch(key: Key, from: GeoFrom, by: GeoBy, options: GeoSearchOptions & WithDetails): Promise<Found<T>[]>;
  geoSearch(key: Key, from: GeoFrom, by: GeoBy, options?: GeoSearchOptions): Promise<T[]>;
  geoSearch(key: Key, ...words: Value[]): Promise<T[] | Found<T>[]>;
  /** `geoSearch` with a list of the details to answer. */
  geoSearchWith(key: Key, from: GeoFrom, by: GeoBy, details: readonly GeoDetail[], options?: GeoOrder): Promise<Found<T>[]>;
  /** Stores what is in a circle or a box as a sorted set; how many members it has. */
  geoSearchStore(destination: Key, source: Key, from: GeoFrom, by: GeoBy, options?: GeoStoreOptions): Promise<number>;
  geoSearchStore(destination: Key, source: Key, ...words: Value[]): Promise<number>;
}

/** A place as the command has it; what is missing is refused. */
const place = (at: Record<string, unknown>): unknown[] => [at['longitude'], at['latitude']];

/** `(key, { longitude, latitude, member }, options)`, or the words of the command. */
const add: Shape = (args) => {
  const [key, given, more] = args;
  if (!hasObjects(given)) return flat(args);
  const words = listOf(given).flatMap((member) => (isObject(member) ? [...place(member), member['member']] : [member]));
  return [key, ...(isObject(more) ? options(more) : args.slice(2)), ...words];
};

const fromWords = (from: unknown): unknown[] => {
  if (!isObject(from)) return ['FROMMEMBER', from];
  return 'member' in from ? ['FROMMEMBER', from['member']] : ['FROMLONLAT', ...place(from)];
};

const byWords = (by: Record<string, unknown>): unknown[] =>
  'radius' in by ? ['BYRADIUS', by['radius'], by['unit']] : ['BYBOX', by['width'], by['height'], by['unit']];

/** `(…keys, from, by, options)`, or the words of the command. */
function search(keys: number): Shape {
  const withOptions = optionsAt(keys);
  return (args) => {
    const [from, by, ...rest] = args.slice(keys);
    if (!isObject(by)) return flat(args);
    const before = args.slice(0, keys);
    return [...before, ...fromWords(from), ...byWords(by), ...withOptions([...before, ...rest]).slice(keys)];
  };
}

/** `(key, { longitude, latitude }, radius, unit, options)`, or the words of the command. */
const radius: Shape = (args) => {
  const [key, from, ...rest] = args;
  return optionsAt(5)(isObject(from) ? [key, ...place(from), ...rest] : args);
};

const coordinates = unlessNull(([longitude, latitude]) => ({ longitude, latitude }));

/** Details come in this order, whatever order they were asked for in, and only those that were. */
const found: Transform = (reply) => (Array.isArray(reply) ? reply.map(details) : reply);

const details = (item: unknown): unknown => {
  if (!Array.isArray(item)) return item;
  const [member, ...given] = item;
  const details: Found<unknown> = { member };
  for (const detail of given) {
    if (Array.isArray(detail)) details.coordinates = coordinates(detail, []) as Coordinates;
    else if (typeof detail === 'number') details.hash = detail;
    else details.distance = number(detail, []) as number;
  }
  return details;
};

const fromOne = search(1);

/** `(key, from, by, details, options)`. */
const searchWith: Shape = ([key, from, by, details, ...more]) => [...fromOne([key, from, by, ...more]), ...listOf(details)];

export const GEO: readonly Row[] = [
  ...rows('geoHash'),
  row('geoAdd', { shape: add }),
  row('geoDist', { reply: number }),
  row('geoPos', { reply: each(coordinates) }),
  row('geoRadius', { shape: radius, reply: found }),
  row('geoRadiusRo', { words: ['GEORADIUS_RO'], shape: radius, reply: found }),
  row('geoRadiusByMember', { shape: optionsAt(4), reply: found }),
  row('geoRadiusByMemberRo', { words: ['GEORADIUSBYMEMBER_RO'], shape: optionsAt(4), reply: found }),
  row('geoSearch', { shape: fromOne, reply: found }),
  row('geoSearchWith', { words: ['GEOSEARCH'], shape: searchWith, reply: found }),
  row('geoSearchStore', { shape: search(2) }),
];
