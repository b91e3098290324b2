import { bytesOf, type Reply, type Word } from './reply.js';

/** More is still to come. */
const INCOMPLETE = Symbol('incomplete');

const decoder = new TextDecoder();

/** Reads RESP3, piece by piece as it comes. */
export class Parser {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  /** Takes a piece: the replies that are whole now. */
  feed(piece: Uint8Array): Reply[] {
    if (this.#at === this.#bytes.length) this.#bytes = piece;
    else {
      const rest = this.#bytes.subarray(this.#at);
      this.#bytes = new Uint8Array(rest.length + piece.length);
      this.#bytes.set(rest);
      this.#bytes.set(piece, rest.length);
    }
    this.#at = 0;
    const replies: Reply[] = [];
    while (this.#at < this.#bytes.length) {
      const start = this.#at;
      try {
        replies.push(this.#next());
      } catch (error) {
        if (error !== INCOMPLETE) throw error;
        this.#at = start;
        break;
      }
    }
    return replies;
  }

  #next(): Reply {
    const line = this.#line();
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return { kind: 'status', text: rest };
      case '-':
        return { kind: 'error', text: rest };
      case '!':
        return { kind: 'error', text: decoder.decode(this.#take(Number(rest))) };
      case ':': {
        const value = Number(rest);
        return { kind: 'integer', value: Number.isSafeInteger(value) ? value : BigInt(rest) };
      }
      case '$':
        return rest === '-1' ? { kind: 'nil' } : { kind: 'string', bytes: this.#take(Number(rest)) };
      case '=':
        return { kind: 'verbatim', bytes: this.#take(Number(rest)).subarray(4) };
      case '_':
        return { kind: 'nil' };
      case '#':
        return { kind: 'boolean', value: rest === 't' };
      case ',':
        return { kind: 'double', text: rest };
      case '(':
        return { kind: 'big', text: rest };
      case '*':
        return rest === '-1' ? { kind: 'nil' } : { kind: 'array', items: this.#items(Number(rest)) };
      case '~':
        return { kind: 'set', items: this.#items(Number(rest)) };
      case '>':
        return { kind: 'push', items: this.#items(Number(rest)) };
      case '%': {
        const pairs: [Reply, Reply][] = [];
        for (let count = Number(rest); count > 0; count--) pairs.push([this.#next(), this.#next()]);
        return { kind: 'map', pairs };
      }
      default:
        throw new Error(`no reply begins with ${line.slice(0, 1)}`);
    }
  }

  #items(count: number): Reply[] {
    const items: Reply[] = [];
    for (; count > 0; count--) items.push(this.#next());
    return items;
  }

  #line(): string {
    const end = this.#bytes.indexOf(13, this.#at);
    if (end < 0 || end + 1 >= this.#bytes.length) throw INCOMPLETE;
    const line = decoder.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 2;
    return line;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end + 2 > this.#bytes.length) throw INCOMPLETE;
    const taken = this.#bytes.slice(this.#at, end);
    this.#at = end + 2;
    return taken;
  }
}

const encoder = new TextEncoder();
const END = encoder.encode('\r\n');

/** Commands as RESP sends them. */
export function encode(commands: readonly (readonly Word[])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const words of commands) {
    parts.push(encoder.encode(`*${words.length}\r\n`));
    for (const word of words) {
      const bytes = bytesOf(word);
      parts.push(encoder.encode(`$${bytes.length}\r\n`), bytes, END);
    }
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
