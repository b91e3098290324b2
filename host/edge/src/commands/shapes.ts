import { counted, flat, isObject, options, pairs, type Shape, unixTime } from './row.js';

/** The argument at this place may be options: `set(key, value, { ex: 60 })`. */
export function optionsAt(at: number): Shape {
  return (args) => {
    if (args.length <= at) return flat(args);
    const given = args[at];
    if (given === undefined && args.length === at + 1) return flat(args.slice(0, at));
    return isObject(given) ? [...flat(args.slice(0, at)), ...options(given), ...flat(args.slice(at + 1))] : flat(args);
  };
}

/**
 * The list at this place is counted, and there may be options, right behind it unless said otherwise:
 * `zUnion(['a', 'b'], { weights: [1, 2] })` is `2 a b WEIGHTS 1 2`.
 */
export function countedAt(at: number, optionsPlace = at + 1): Shape {
  const withOptions = optionsAt(optionsPlace);
  return (args) => withOptions(args.map((arg, place) => (place === at ? counted(arg) : arg)));
}

/** From this place on there are names and values: `{ name: 'Alice' }`, a Map, a list of pairs, or words. */
export function pairsAt(at: number): Shape {
  return (args) => (args.length === at + 1 ? [...args.slice(0, at), ...pairs(args[at])] : flat(args));
}

/** Words that come after those of another shape. */
export function withWords(shape: Shape, ...words: string[]): Shape {
  return (args) => [...shape(args), ...words];
}

/** A time at this place may be a Date. */
export function timeAt(at: number, inSeconds: boolean, shape: Shape): Shape {
  return (args) => {
    const time = args[at];
    if (!(time instanceof Date)) return shape(args);
    return shape([...args.slice(0, at), unixTime(time, inSeconds), ...args.slice(at + 1)]);
  };
}

/** Whether a word stands among the arguments themselves, with something behind it. */
export function hasWord(args: readonly unknown[], word: string): boolean {
  const at = args.findIndex((arg) => typeof arg === 'string' && arg.toUpperCase() === word);
  return at >= 0 && at < args.length - 1;
}

/** One or a list of them as a list. */
export function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

/** Whether something is an object, or a list with one: what `ioredis` never has at the place of words. */
export function hasObjects(given: unknown): boolean {
  return listOf(given).some(isObject);
}
