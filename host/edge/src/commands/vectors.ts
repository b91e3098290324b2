import type { Transform } from '../client/call.js';
import type { Key, Some, Value } from './arguments.js';
import { flat, isObject, options, type Row, row, rows, type Shape } from './row.js';
import { optionsAt, withWords } from './shapes.js';
import { type Scored, text, unlessNull } from './values.js';

/** A vector: its numbers, or bytes with them as 32-bit floats, lowest byte first. */
export type Vector = readonly number[] | Float32Array | Float64Array | Uint8Array | ArrayBuffer;

/** Options of VECTOR.CREATE. */
export interface VectorCreateOptions {
  /** How many numbers a vector has, 1 to 4,096. */
  dim: number;
  /** `cosine` when left out. */
  distance?: 'cosine' | 'l2' | 'ip';
  /** A number as a 32-bit float, or as a byte; `f32` when left out. */
  type?: 'f32' | 'int8';
  /** Links of an element; 16 when left out. */
  m?: number;
  /** The care with which links are chosen; 400 when left out. */
  ef_construction?: number;
}

/** Options of VECTOR.SEARCH. */
export interface VectorSearchOptions {
  /** How widely to look; 100 when left out. */
  ef?: number;
  /** An expression over attributes: `.year >= 1990`. */
  filter?: string;
  withscores?: boolean;
  withattr?: boolean;
}

/** An element that was found, with what was asked for. */
export interface Near<T> {
  value: T;
  /** Its distance; less is nearer. */
  score?: number;
  /** Its attributes as text; null when it has none. */
  attributes?: T | null;
}

/** What makes objects of what is found. */
export type WithDetails<Attributes extends string> = { withscores: true } | { [Name in Attributes]: true };

/** Options of VADD. */
export interface VAddOptions {
  /** Keeps vectors of so many numbers, fewer than were given. */
  reduce?: number;
  cas?: boolean;
  /** 32-bit floats. */
  noquant?: boolean;
  /** A byte a number. */
  q8?: boolean;
  /** A bit a number. */
  bin?: boolean;
  ef?: number;
  /** Attributes: the text of a JSON object. */
  setattr?: string;
  m?: number;
}

/** Options of VSIM. */
export interface VSimOptions {
  count?: number;
  /** No elements whose similarity is less than 1 minus this. */
  epsilon?: number;
  ef?: number;
  filter?: string;
  'filter-ef'?: number;
  /** Compares with all elements. */
  truth?: boolean;
  nothread?: boolean;
  withscores?: boolean;
  withattribs?: boolean;
}

/** An element that is alike, from 0 to 1, with its attributes when asked for. */
export interface Alike<T> extends Scored<string> {
  attributes?: T | null;
}

/** How the vector of an element is kept. */
export interface RawVector {
  /** `int8`, `f32`, `bin`. */
  quantization: string;
  raw: Uint8Array;
  /** Its length, before it was made 1. */
  l2: number;
  /** With a byte a number: what 127 stands for. */
  quantizationRange?: number;
}

/**
 * Commands of vectors: `VECTOR.*`, and the vector sets of Redis 8.
 * https://redis.io/docs/latest/develop/data-types/vector-sets/
 */
export interface VectorCommands<T> {
  /** Makes an empty index. */
  vectorCreate(index: Key, options: VectorCreateOptions): Promise<'OK'>;
  vectorCreate(index: Key, ...words: Value[]): Promise<'OK'>;
  /** Adds a vector: 1, or 0 when it replaced the one with this id. `attr` is the text of a JSON object. */
  vectorAdd(index: Key, id: Key, vector: Vector, options?: { attr?: string }): Promise<number>;
  vectorAdd(index: Key, id: Key, ...words: Value[]): Promise<number>;
  /** Removes vectors; how many there were. */
  vectorDel(index: Key, ...ids: Some<Key>): Promise<number>;
  /** Removes an index with all that is in it. */
  vectorDrop(index: Key): Promise<'OK'>;
  /** A vector, as near to what was given as the index keeps it; null when there is none. */
  vectorGet(index: Key, id: Key): Promise<number[] | null>;
  /** A vector with its attributes; null when there is none. */
  vectorGetWithAttr(index: Key, id: Key): Promise<{ vector: number[]; attributes: T | null } | null>;
  /** What an index is made of, and what it takes: `dimension`, `distance`, `type`, `vectors`, `memory_bytes` … . */
  vectorInfo(index: Key): Promise<Record<string, T | number>>;
  /** The indexes and vector sets of the database; it looks at every key. */
  vectorList(): Promise<T[]>;
  /** The ids of the `k` nearest vectors, nearest first, or objects with what was asked for. */
  vectorSearch(index: Key, k: number, vector: Vector, options: VectorSearchOptions & WithDetails<'withattr'>): Promise<Near<T>[]>;
  vectorSearch(index: Key, k: number, vector: Vector, options?: VectorSearchOptions): Promise<T[]>;
  vectorSearch(index: Key, ...words: Value[]): Promise<T[] | Near<T>[]>;
  /** Adds an element to a vector set, which is made when there is none: true, or false when it was there. */
  vAdd(key: Key, vector: Vector, element: Value, options?: VAddOptions): Promise<boolean>;
  vAdd(key: Key, ...words: Value[]): Promise<boolean>;
  /** How many elements there are. */
  vCard(key: Key): Promise<number>;
  /** How many numbers a vector has; refused when there is no set. */
  vDim(key: Key): Promise<number>;
  /** The vector of an element; null when there is none. */
  vEmb(key: Key, element: Value): Promise<number[] | null>;
  /** The vector of an element as it is kept; null when there is none. */
  vEmbRaw(key: Key, element: Value): Promise<RawVector | null>;
  /** The attributes of an element as text; null when it has none. */
  vGetAttr(key: Key, element: Value): Promise<T | null>;
  /** What a vector set is made of: `quant-type`, `vector-dim`, `size` …; null when there is none. */
  vInfo(key: Key): Promise<Record<string, T | number> | null>;
  /** Whether there is such an element. */
  vIsMember(key: Key, element: Value): Promise<boolean>;
  /** The elements that an element is linked to, level by level; null when there is none. */
  vLinks(key: Key, element: Value): Promise<T[][] | null>;
  /** The elements that an element is linked to, with their similarity, level by level; null when there is none. */
  vLinksWithScores(key: Key, element: Value): Promise<Record<string, number>[] | null>;
  /** Some element, null when there is none; with a count a list, in which elements repeat when the count is negative. */
  vRandMember(key: Key): Promise<T | null>;
  vRandMember(key: Key, count: number): Promise<T[]>;
  /** The elements from `start` to `end` (`[a`, `(b`, `-`, `+`), in order of their bytes; so many at most. */
  vRange(key: Key, start: Value, end: Value, ...count: [count?: number]): Promise<T[]>;
  /** Removes an element: true, or false when it was not there. */
  vRem(key: Key, element: Value): Promise<boolean>;
  /** Sets the attributes of an element, the text of a JSON object, or takes them away (an empty text). */
  vSetAttr(key: Key, element: Value, attributes: string): Promise<boolean>;
  /** The elements that are like a vector or an element, the most alike first; objects when scores or attributes are asked for. */
  vSim(key: Key, query: Vector | string, options: VSimOptions & WithDetails<'withattribs'>): Promise<Alike<T>[]>;
  vSim(key: Key, query: Vector | string, options?: VSimOptions): Promise<T[]>;
  vSim(key: Key, ...words: Value[]): Promise<T[] | Alike<T>[]>;
  /** `vSim` with scores. */
  vSimWithScores(key: Key, query: Vector | string, options?: VSimOptions): Promise<Alike<T>[]>;
}

const isVector = (given: unknown): boolean => Array.isArray(given) || ArrayBuffer.isView(given) || given instanceof ArrayBuffer;

/** A vector as words; bytes stand behind `blob`, when the command has such a word. */
function vectorWords(given: unknown, ...blob: string[]): unknown[] {
  if (given instanceof Uint8Array || given instanceof ArrayBuffer) return [...blob, given];
  // Every platform that runs JavaScript has the lowest byte first, as the blob has.
  if (given instanceof Float32Array) return [...blob, new Uint8Array(given.buffer, given.byteOffset, given.byteLength)];
  const numbers = given as ArrayLike<number>;
  return ['VALUES', numbers.length, ...Array.from(numbers)];
}

const given = (more: unknown): unknown[] => (isObject(more) ? options(more) : more === undefined ? [] : [more]);

/** `(index, id, vector, options)`, or the words of the command. */
const add: Shape = (args) => {
  const [index, id, vector, more, ...rest] = args;
  return isVector(vector) ? [index, id, ...vectorWords(vector), ...given(more), ...rest] : flat(args);
};

/** `(index, k, vector, options)`, or the words of the command. */
const search: Shape = (args) => {
  const [index, k, vector, more, ...rest] = args;
  if (typeof k !== 'number' || !isVector(vector)) return flat(args);
  return [index, 'K', k, ...vectorWords(vector), ...given(more), ...rest];
};

/** `(key, vector, element, options)`, or the words of the command; REDUCE is before the vector. */
const vAdd: Shape = (args) => {
  const [key, vector, element, more, ...rest] = args;
  if (!isVector(vector)) return flat(args);
  const all = Object.entries(isObject(more) ? more : {});
  const isReduce = ([name]: [string, unknown]) => name.toUpperCase() === 'REDUCE';
  const [before, after] = [all.filter(isReduce), all.filter((option) => !isReduce(option))].map(Object.fromEntries);
  const others = isObject(more) ? [] : given(more);
  return [key, ...options(before), ...vectorWords(vector, 'FP32'), element, ...options(after), ...others, ...rest];
};

/** `(key, vector or element, options)`, or the words of the command. */
const vSim: Shape = (args) => {
  const [key, query, more, ...rest] = args;
  const isQuery = isVector(query) || more === undefined || isObject(more);
  if (!isQuery) return flat(args);
  const words = given(more);
  // Attributes come in a map, in which names such as `10` lose their place: scores put them in order.
  const wantsAttributes = words.some((word) => word === 'WITHATTRIBS');
  const scores = wantsAttributes && !words.includes('WITHSCORES') ? ['WITHSCORES'] : [];
  return [key, ...(isVector(query) ? vectorWords(query, 'FP32') : ['ELE', query]), ...words, ...scores, ...rest];
};

const vSimWithScores: Shape = ([key, query, more]) => vSim([key, query, { ...(more ?? {}), withscores: true }]);

/** A map of elements with their similarity, or with that and attributes, as a list. */
const alike: Transform = (reply) => {
  if (Array.isArray(reply) || reply === null) return reply;
  const list = Object.entries<any>(reply).map(([value, found]) =>
    Array.isArray(found) ? { value, score: found[0], attributes: found[1] } : { value, score: found },
  );
  return list.every(({ score }) => typeof score === 'number') ? list.sort((one, other) => other.score - one.score) : reply;
};

/** Ids, or lists of an id with its score, its attributes, or both. */
const near: Transform = (reply) =>
  reply.map((item: unknown) => {
    if (!Array.isArray(item)) return item;
    const [value, ...details] = item;
    const found: Near<unknown> = { value };
    for (const detail of details) {
      if (typeof detail === 'number') found.score = detail;
      else found.attributes = detail;
    }
    return found;
  });

const vectorWithAttributes = unlessNull(([vector, attributes]) => ({ vector, attributes }));
const rawVector = unlessNull(([quantization, raw, l2, quantizationRange]) => ({
  quantization: text(quantization),
  raw,
  l2,
  ...(quantizationRange === undefined ? {} : { quantizationRange }),
}));

export const VECTORS: readonly Row[] = [
  row('vectorCreate', { words: ['VECTOR.CREATE'], shape: optionsAt(1) }),
  row('vectorAdd', { words: ['VECTOR.ADD'], shape: add }),
  row('vectorDel', { words: ['VECTOR.DEL'] }),
  row('vectorDrop', { words: ['VECTOR.DROP'] }),
  row('vectorGet', { words: ['VECTOR.GET'] }),
  row('vectorGetWithAttr', { words: ['VECTOR.GET'], shape: withWords(flat, 'WITHATTR'), reply: vectorWithAttributes }),
  row('vectorInfo', { words: ['VECTOR.INFO'] }),
  row('vectorList', { words: ['VECTOR.LIST'] }),
  row('vectorSearch', { words: ['VECTOR.SEARCH'], shape: search, reply: near }),
  ...rows('vCard', 'vDim', 'vEmb', 'vGetAttr', 'vInfo', 'vIsMember', 'vLinks', 'vRandMember', 'vRange', 'vRem', 'vSetAttr'),
  row('vAdd', { shape: vAdd }),
  row('vEmbRaw', { words: ['VEMB'], shape: withWords(flat, 'RAW'), reply: rawVector, isBinary: true }),
  row('vLinksWithScores', { words: ['VLINKS'], shape: withWords(flat, 'WITHSCORES') }),
  row('vSim', { shape: vSim, reply: alike }),
  row('vSimWithScores', { words: ['VSIM'], shape: vSimWithScores, reply: alike }),
];
