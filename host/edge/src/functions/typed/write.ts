import { KEYWORDS } from './parser.js';
import { decimal, shortestFloat } from './scalars.js';
import { camelCase, isNullable, kindOf, type Type } from './types.js';

/** What Rust shows as an escape: marks that join what stands before them, and what has no shape of its own. */
const UNPRINTABLE = /[\p{Grapheme_Extend}\p{C}\p{Z}]/u;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '"': '\\"', "'": "\\'", '\t': '\\t', '\r': '\\r', '\n': '\\n' };

/** A text grew longer than it may. */
export class TooLong extends Error {}

/** What jco's glue gave, as WAVE text of at most so many bytes. */
export function writeWave(type: Type, value: unknown, most: number): Uint8Array {
  const writer = new Writer(most);
  writer.value(type, value);
  const bytes = new TextEncoder().encode(writer.text);
  if (bytes.length > most) throw new TooLong();
  return bytes;
}

/** Whether an option that jco's glue gave holds a value, and which. */
export function heldBy(type: Type, value: any): { isThere: boolean; value?: unknown } {
  if (isNullable(type)) return { isThere: value !== undefined && value !== null, value };
  return { isThere: value.tag === 'some', value: value.val };
}

class Writer {
  text = '';
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  value(type: Type, value: any): void {
    if (typeof type === 'string') return this.#scalar(type, value);
    switch (type.kind) {
      case 'list':
        return this.#all('[', ']', Array.from(value), (element) => this.value(type.of, element));
      case 'tuple':
        return this.#all('(', ')', type.of, (of, at) => this.value(of, value[at]));
      case 'record': {
        // A field that holds none is left out.
        const isThere = (of: Type, held: unknown) => kindOf(of) !== 'option' || heldBy(of, held).isThere;
        const shown = type.fields.filter(([name, of]) => isThere(of, value[camelCase(name)]));
        if (shown.length === 0) return this.#push('{:}');
        return this.#all('{', '}', shown, ([name, of]) => {
          this.#push(`${name}: `);
          this.value(of, value[camelCase(name)]);
        });
      }
      case 'variant':
        this.#push(`${KEYWORDS.has(value.tag) ? '%' : ''}${value.tag}`);
        return this.#payload(type.cases.find(([name]) => name === value.tag)?.[1], value.val);
      case 'enum':
        return this.#push(`${KEYWORDS.has(value) ? '%' : ''}${value}`);
      case 'flags':
        return this.#all('{', '}', type.names.filter((name) => value[camelCase(name)]), (name) => this.#push(name));
      case 'option': {
        const held = heldBy(type, value);
        this.#push(held.isThere ? 'some' : 'none');
        return this.#payload(held.isThere ? type.of : undefined, held.value);
      }
      case 'result':
        this.#push(value.tag);
        return this.#payload(type[value.tag as 'ok' | 'err'], value.val);
    }
  }

  #scalar(kind: string, value: any): void {
    switch (kind) {
      case 'f32':
        return this.#push(decimal(shortestFloat(value)));
      case 'f64':
        return this.#push(decimal(value));
      case 'char':
        return this.#push(`'${escaped(value)}'`);
      case 'string':
        return this.#push(`"${escaped(value)}"`);
      default:
        return this.#push(String(value));
    }
  }

  #all<T>(open: string, close: string, elements: readonly T[], write: (element: T, at: number) => void): void {
    this.#push(open);
    for (const [at, element] of elements.entries()) {
      if (at > 0) this.#push(', ');
      write(element, at);
    }
    this.#push(close);
  }

  #payload(type: Type | undefined, value: unknown): void {
    if (!type) return;
    this.#push('(');
    this.value(type, value);
    this.#push(')');
  }

  /** A text has at least as many bytes as units, so that this stops it in time. */
  #push(text: string): void {
    this.#left -= text.length;
    if (this.#left < 0) throw new TooLong();
    this.text += text;
  }
}

function escaped(text: string): string {
  return text.replace(/["'\\]|[^ -~]/gu, (one) => {
    const short = ESCAPES[one];
    if (short) return short;
    return UNPRINTABLE.test(one) ? `\\u{${one.codePointAt(0)!.toString(16)}}` : one;
  });
}
