import { FerriteError } from '../errors.js';

/**
 * A reply as JavaScript has it: text (or bytes, where those were asked for), numbers (a bigint beyond 2^53), booleans, null,
 * arrays for RESP's arrays and sets, objects without a prototype for maps. An error inside of an array is a `FerriteError`.
 */
export type Reply = string | Uint8Array | number | bigint | boolean | null | FerriteError | Reply[] | { [key: string]: Reply };

/** Replies up to this size are decoded at once, and texts are parts of the whole. What is kept of one may keep all of it. */
const AT_ONCE = 16 << 10;
/** So deep may arrays be within arrays. What the engine sends is far below. */
const DEEPEST = 512;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A push: something that no command asked for, such as a message on a channel. */
export class Push {
  constructor(readonly items: Reply[]) {}
}

/** Reads RESP3 replies one after the other out of the engine's memory. */
export class Replies {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  #first = 0;
  /** The whole as text, when it is short and nothing but ASCII. */
  #whole: string | null = null;

  /** Begins with the replies in `bytes` from `at` to `end`. */
  open(bytes: Uint8Array, at: number, end: number): void {
    this.#bytes = bytes;
    this.#at = this.#first = at;
    this.#end = end;
    this.#whole = null;
    if (end - at <= AT_ONCE && end - at >= 64) {
      const text = decoder.decode(bytes.subarray(at, end));
      if (text.length === end - at) this.#whole = text;
    }
  }

  get isEmpty(): boolean {
    return this.#at >= this.#end;
  }

  /** The next reply. `asBytes`: strings as bytes. */
  next(asBytes: boolean, depth = 0): Reply | Push {
    if (depth > DEEPEST) throw malformed('a reply is nested too deeply');
    const bytes = this.#bytes;
    switch (bytes[this.#at++]) {
      case 36 /* $ */: {
        const length = this.#number();
        if (length < 0) return null;
        return this.#string(length, asBytes);
      }
      case 43 /* + */:
        return this.#line();
      case 58 /* : */:
        return this.#integer();
      case 95 /* _ */:
        this.#line();
        return null;
      case 42 /* * */:
      case 126 /* ~ */:
        return this.#items(asBytes, depth);
      case 62 /* > */:
        return new Push((this.#items(asBytes, depth) ?? []) as Reply[]);
      case 37 /* % */:
        return this.#map(asBytes, depth);
      case 45 /* - */:
        return new FerriteError(this.#line());
      case 33 /* ! */:
        return new FerriteError(this.#string(this.#number(), false) as string);
      case 35 /* # */:
        return this.#line() === 't';
      case 44 /* , */:
        return double(this.#line());
      case 40 /* ( */:
        return BigInt(this.#line());
      case 61 /* = */: {
        // A verbatim string begins with its format and a colon: `txt:`.
        const length = this.#number();
        this.#at += 4;
        return this.#string(length - 4, asBytes);
      }
      default:
        throw malformed(`no reply begins with the byte ${bytes[this.#at - 1]}`);
    }
  }

  #string(length: number, asBytes: boolean): string | Uint8Array {
    const at = this.#at;
    this.#at = at + length + 2;
    if (this.#at > this.#end) throw malformed('a string is longer than the reply');
    if (asBytes) return this.#bytes.slice(at, at + length);
    return this.#text(at, at + length);
  }

  #text(at: number, end: number): string {
    if (this.#whole !== null) return this.#whole.slice(at - this.#first, end - this.#first);
    return decoder.decode(this.#bytes.subarray(at, end));
  }

  #items(asBytes: boolean, depth: number): Reply[] | null {
    const count = this.#number();
    if (count < 0) return null;
    const items: Reply[] = [];
    for (let index = 0; index < count; index++) items.push(this.next(asBytes, depth + 1) as Reply);
    return items;
  }

  #map(asBytes: boolean, depth: number): Reply {
    const count = this.#number();
    const map: { [key: string]: Reply } = Object.create(null);
    for (let index = 0; index < count; index++) {
      const key = this.next(false, depth + 1);
      map[String(key)] = this.next(asBytes, depth + 1) as Reply;
    }
    return map;
  }

  #line(): string {
    const at = this.#at;
    const end = this.#bytes.indexOf(13, at);
    if (end < 0 || end >= this.#end) throw malformed('a line has no end');
    this.#at = end + 2;
    return this.#text(at, end);
  }

  /** A length. */
  #number(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    const isNegative = bytes[at] === 45;
    if (isNegative) at++;
    let number = 0;
    for (let digit = bytes[at]!; digit !== 13; digit = bytes[++at]!) {
      if (digit < 48 || digit > 57) throw malformed('a length is no number');
      number = number * 10 + (digit - 48);
    }
    this.#at = at + 2;
    return isNegative ? -number : number;
  }

  #integer(): number | bigint {
    const at = this.#at;
    const number = this.#number();
    if (Number.isSafeInteger(number)) return number;
    return BigInt(this.#text(at, this.#at - 2));
  }
}

function double(text: string): number {
  if (text === 'inf') return Infinity;
  if (text === '-inf') return -Infinity;
  return Number(text);
}

function malformed(what: string): FerriteError {
  return new FerriteError(`TRAP the engine's replies cannot be read: ${what}`);
}
