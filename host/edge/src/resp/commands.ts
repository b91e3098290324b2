import { kindOf } from '../errors.js';

/** What an argument of a command can be. Numbers and bigints are sent as decimal text, bytes as they are. */
export type Argument = string | number | bigint | Uint8Array | ArrayBuffer;

/**
 * Text up to this length is written character by character, which is faster than calling the encoder and leaves no view behind;
 * how much longer it may be depends on what a call costs there, see `Platform`.
 */
const SHORT = 48;
const encoder = new TextEncoder();

/** Commands on their way to the engine: RESP arrays of bulk strings, one behind the other. */
export class Commands {
  bytes = new Uint8Array(4096);
  length = 0;
  readonly #short: number;

  constructor(short = SHORT) {
    this.#short = short;
  }

  /** Appends a command. One whose argument is of no use leaves nothing behind and throws a TypeError that names it. */
  push(words: readonly string[], args: readonly unknown[]): void {
    const start = this.length;
    try {
      this.#header(42 /* * */, words.length + args.length);
      for (let at = 0; at < words.length; at++) this.#text(words[at]!);
      for (let at = 0; at < args.length; at++) this.#argument(args[at], words, at);
    } catch (error) {
      this.length = start;
      throw error;
    }
  }

  /** Forgets everything, and memory that is seldom needed. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > 1 << 20) this.bytes = new Uint8Array(4096);
  }

  #argument(value: unknown, words: readonly string[], at: number): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number' && value === value) this.#text(numberText(value));
    else if (value instanceof Uint8Array) this.#bulk(value);
    else if (typeof value === 'bigint') this.#text(value.toString());
    else if (value instanceof ArrayBuffer) this.#bulk(new Uint8Array(value));
    else {
      const command = words.join(' ');
      throw new TypeError(
        `${command}: argument ${at + 1} is ${kindOf(value)}; expected a string, a number, a bigint or bytes (Uint8Array, ArrayBuffer)`,
      );
    }
  }

  #text(text: string): void {
    const count = text.length;
    // Three bytes a character at most, and the two line ends with up to ten digits.
    this.#reserve(count * 3 + 16);
    const before = this.length;
    this.#header(36 /* $ */, count);
    const bytes = this.bytes;
    let at = this.length;
    if (count <= this.#short) {
      for (let index = 0; index < count; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) {
          this.length = before;
          this.#bulk(encoder.encode(text));
          return;
        }
        bytes[at++] = code;
      }
    } else {
      const { written } = encoder.encodeInto(text, bytes.subarray(at));
      if (written !== count) {
        this.length = before;
        this.#bulk(bytes.slice(at, at + written));
        return;
      }
      at += count;
    }
    bytes[at++] = 13;
    bytes[at++] = 10;
    this.length = at;
  }

  #bulk(value: Uint8Array): void {
    this.#reserve(value.length + 16);
    this.#header(36 /* $ */, value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
    this.bytes[this.length++] = 13;
    this.bytes[this.length++] = 10;
  }

  #header(kind: number, count: number): void {
    this.#reserve(16);
    const bytes = this.bytes;
    let at = this.length;
    bytes[at++] = kind;
    if (count < 10) bytes[at++] = 48 + count;
    else if (count < 100) {
      bytes[at++] = 48 + ((count / 10) | 0);
      bytes[at++] = 48 + (count % 10);
    } else {
      const digits = String(count);
      for (let index = 0; index < digits.length; index++) bytes[at++] = digits.charCodeAt(index);
    }
    bytes[at++] = 13;
    bytes[at++] = 10;
    this.length = at;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }
}

/** One command by itself. */
export function encoded(words: readonly string[], args: readonly unknown[]): Uint8Array {
  const commands = new Commands();
  commands.push(words, args);
  return commands.bytes.subarray(0, commands.length);
}

function numberText(value: number): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return String(value);
}
