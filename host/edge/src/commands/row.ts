import type { Transform } from '../client/call.js';

/** Brings the arguments of a method into the order and form of the command. */
export type Shape = (args: readonly unknown[]) => readonly unknown[];

/** One command as a method. */
export interface Row {
  /** The method's name as npm `redis` has it (`hGetAll`); in lower case it is that of `ioredis` (`hgetall`). */
  readonly method: string;
  /** What is sent: the command and, where it has one, its subcommand. */
  readonly words: readonly string[];
  /** When arrays are not all that the method takes. */
  readonly shape?: Shape | undefined;
  /** When the value is not the reply as it is. */
  readonly reply?: Transform | undefined;
  /** The reply is bytes that are no text (DUMP). */
  readonly isBinary?: boolean;
  /**
   * It may wait for others: then it has a session of its own, so that nothing waits with it. Where that depends on what is
   * sent (XREAD), a function of the arguments in the form of the command.
   */
  readonly blocks?: boolean | ((words: readonly unknown[]) => boolean) | undefined;
}

/** A row. What is sent is the method's name, unless `more` says otherwise. */
export function row(method: string, more: Partial<Omit<Row, 'method'>> = {}): Row {
  return { method, words: [method.toUpperCase()], ...more };
}

/** Rows that say no more than their name. */
export function rows(...methods: string[]): Row[] {
  return methods.map((method) => row(method));
}

/** Whether a command with these arguments may wait for others. */
export function mayBlock({ blocks }: Row, words: readonly unknown[]): boolean {
  return typeof blocks === 'function' ? blocks(words) : blocks === true;
}

/** Arguments as they are. */
export const asGiven: Shape = (args) => args;

/** Arguments one after the other: arrays are laid flat. Anything else stays, and is refused when it is no value. */
export function flat(args: readonly unknown[]): readonly unknown[] {
  for (let at = 0; at < args.length; at++) {
    if (Array.isArray(args[at])) return laidFlat(args);
  }
  return args;
}

function laidFlat(args: readonly unknown[]): unknown[] {
  return args.flat(Infinity);
}

/** Options that take a time in seconds; the others take milliseconds. */
const IN_SECONDS = new Set(['EXAT']);

/**
 * Options as words: `{ ex: 60, nx: true }` is `EX 60 NX`, `{ limit: [0, 10] }` is `LIMIT 0 10`. `false` and `undefined` are
 * left out. Names may be in upper or lower case. A Date is a Unix time in the unit that the option has.
 */
export function options(given: object): unknown[] {
  const words: unknown[] = [];
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    const name = option.toUpperCase();
    words.push(name);
    if (Array.isArray(value)) words.push(...laidFlat(value));
    else if (value instanceof Date) words.push(unixTime(value, IN_SECONDS.has(name)));
    else if (value !== true) words.push(value);
  }
  return words;
}

/** A Date as a Unix time, in seconds or in milliseconds. */
export function unixTime(date: Date, inSeconds: boolean): number {
  return inSeconds ? Math.floor(date.getTime() / 1000) : date.getTime();
}

/** An object or a Map as fields and values: `{ name: 'Alice' }` is `name Alice`; pairs and lists of pairs stay as they are. */
export function pairs(given: unknown): readonly unknown[] {
  if (given instanceof Map) return [...given].flat();
  if (Array.isArray(given)) return laidFlat(given);
  if (isObject(given)) return Object.entries(given).flat();
  return [given];
}

/** A list with its length before it; what is no list is taken as it is. */
export function counted(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? [given.length, ...given] : [given];
}

/** Whether a value is an object with names: options, fields and values. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isBytes(value) && !Array.isArray(value) && !(value instanceof Date);
}

function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}
