import { KEYWORDS, type Node, Parser, WaveError } from './parser.js';
import { floatOf, integerOf, isInteger } from './scalars.js';
import { camelCase, isNullable, kindOf, type Names, type Type, typeText } from './types.js';

/** What jco's glue takes a list of these as. */
const ARRAYS: Record<string, { from(values: any[]): unknown }> = {
  s8: Int8Array,
  u8: Uint8Array,
  s16: Int16Array,
  u16: Uint16Array,
  s32: Int32Array,
  u32: Uint32Array,
  s64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** The value of a WAVE text, as jco's glue takes it. A text that has none is a `WaveError`. */
export function readWave(type: Type, text: string): unknown {
  const parser = new Parser(text);
  const node = parser.value();
  const value = new Reader(text).value(type, node);
  parser.finish();
  return value;
}

/** An option as jco's glue has it. */
export function optionOf(type: Type, isThere: boolean, value?: unknown): unknown {
  if (isNullable(type)) return isThere ? value : undefined;
  return isThere ? { tag: 'some', val: value } : { tag: 'none' };
}

class Reader {
  constructor(readonly text: string) {}

  value(type: Type, node: Node): unknown {
    if (typeof type === 'string') return this.#scalar(type, node);
    switch (type.kind) {
      case 'list': {
        this.#expect(node, 'list');
        const values = node.children.map((child) => this.value(type.of, child));
        return ARRAYS[kindOf(type.of)]?.from(values) ?? values;
      }
      case 'tuple': {
        this.#expect(node, 'tuple');
        const [want, got] = [type.of.length, node.children.length];
        if (want !== got) throw unfit(node, `expected ${want} tuple elements; got ${got}`);
        return type.of.map((of, at) => this.value(of, node.children[at]!));
      }
      case 'record':
        return this.#record(type.fields, node);
      case 'variant':
        return this.#variant(type.cases, node);
      case 'enum': {
        this.#expect(node, 'label');
        const name = this.#label(node);
        if (!type.names.includes(name)) {
          throw unfit(node, `expected a ${typeText(type)}; got ${KEYWORDS.has(name) ? '%' : ''}${name}`);
        }
        return name;
      }
      case 'flags':
        return this.#flags(type, node);
      case 'option': {
        if (node.kind === 'none') return optionOf(type, false);
        if (node.kind === 'some') return optionOf(type, true, this.value(type.of, node.children[0]!));
        return optionOf(type, true, this.#alone(type.of, node));
      }
      case 'result': {
        if (node.kind !== 'ok' && node.kind !== 'err') return { tag: 'ok', val: this.#alone(type.ok, node) };
        return { tag: node.kind, val: this.#payload(node.kind, type[node.kind], node, node.children[0]) };
      }
    }
  }

  #scalar(kind: string, node: Node): unknown {
    if (kind === 'bool') {
      this.#expect(node, 'bool');
      return this.#slice(node) === 'true';
    }
    if (kind === 'char') {
      this.#expect(node, 'char');
      const content = this.text.slice(node.start + 1, node.end - 1);
      if (!content.startsWith('\\')) return content;
      return unescaped(content) ?? fail(node, 'invalid character escape');
    }
    if (kind === 'string') return this.#string(node);
    this.#expect(node, 'number');
    const slice = this.#slice(node);
    const value = isInteger(kind) ? integerOf(kind, slice) : floatOf(kind as 'f32' | 'f64', slice);
    return value ?? fail(node, 'invalid value');
  }

  #record(fields: [string, Type][], node: Node): Record<string, unknown> {
    this.#expect(node, 'record');
    const given = new Map<string, Node>();
    for (let at = 0; at < node.children.length; at += 2) given.set(this.#label(node.children[at]!), node.children[at + 1]!);
    const value: Record<string, unknown> = {};
    for (const [name, type] of fields) {
      const found = given.get(name);
      if (!found && kindOf(type) !== 'option') throw unfit(node, `missing field "${name}"`);
      value[camelCase(name)] = found ? this.value(type, found) : optionOf(type, false);
    }
    return value;
  }

  #variant(cases: [string, Type?][], node: Node): unknown {
    if (node.kind !== 'label' && node.kind !== 'payload') fail(node, 'invalid value type');
    const label = this.#label(node.children[0] ?? node);
    const found = cases.find(([name]) => name === label);
    if (!found) throw unfit(node, `unknown case "${label}"`);
    return { tag: label, val: this.#payload(label, found[1], node, node.children[1]) };
  }

  /** Flags are known by what stands there: a `%` belongs to the name, as on the server. */
  #flags(type: Names, node: Node): Record<string, boolean> {
    this.#expect(node, 'flags');
    const names = node.children.map((child) => this.#slice(child));
    if (!names.every((name) => type.names.includes(name))) {
      const sorted = names.sort((a, b) => (a.replace('%', '') < b.replace('%', '') ? -1 : 1));
      throw unfit(node, `expected a ${typeText(type)}; got {${sorted.join(', ')}}`);
    }
    return Object.fromEntries(type.names.map((name) => [camelCase(name), names.includes(name)]));
  }

  /** A value of an option or a result without the word around it. */
  #alone(type: Type | undefined, node: Node): unknown {
    if (!type || ['option', 'result'].includes(kindOf(type))) fail(node, 'invalid value type');
    return this.value(type, node);
  }

  #payload(name: string, type: Type | undefined, node: Node, payload: Node | undefined): unknown {
    if (type && payload) return this.value(type, payload);
    if (type) throw unfit(node, `missing payload for "${name}" case`);
    if (payload) throw unfit(node, `unexpected payload for "${name}" case`);
    return undefined;
  }

  #string(node: Node): string {
    if (node.kind === 'multiline') return this.#lines(node);
    this.#expect(node, 'string');
    return this.#parts(this.text.slice(node.start + 1, node.end - 1), node.start + 1);
  }

  /** Lines between `"""`: what the last one is indented by is not theirs. */
  #lines(node: Node): string {
    const invalid = (what: string, start: number, end: number) => {
      return new WaveError(`invalid multiline string: ${what}`, start, end);
    };
    const from = node.start + 3;
    const source = this.text.slice(from, node.end - 3);
    const lines = source.replace(/^\r/, '').split('\n');
    const indent = lines.pop()!;
    if (/[^ ]/.test(indent)) {
      throw invalid('closing """ must be on a line preceded only by spaces', node.end - 6, node.end - 3);
    }
    if (lines.shift() !== '') throw invalid('opening """ must be followed immediately by newline', from, from + 1);
    let at = from + (source.startsWith('\r') ? 2 : 1);
    const texts = lines.map((line) => {
      if (!line.startsWith(indent)) throw invalid('lines must be indented at least as much as closing """', at, at + 1);
      const text = this.#parts(line.slice(indent.length).replace(/\r$/, ''), at + indent.length);
      at += line.length + 1;
      return text;
    });
    return texts.join('\n');
  }

  /** A text with its escapes replaced. */
  #parts(source: string, from: number): string {
    return source.replace(/\\(?:u\{[0-9a-fA-F]{1,6}\}|[^]|$)/gu, (escape, at: number) => {
      const found = unescaped(escape);
      if (found === undefined) throw new WaveError('invalid character escape', from + at, from + at + 1);
      return found;
    });
  }

  #label(node: Node): string {
    return this.#slice(node).replace(/^%/, '');
  }

  #slice(node: Node): string {
    return this.text.slice(node.start, node.end);
  }

  #expect(node: Node, kind: Node['kind']): void {
    if (node.kind !== kind) fail(node, 'invalid value type');
  }
}

function fail(node: Node, what: string): never {
  throw new WaveError(what, node.start, node.end);
}

/** A value that is not one of its type. */
function unfit(node: Node, why: string): WaveError {
  return new WaveError(`error converting Wasm value: ${why}`, node.start, node.end);
}

const ESCAPES: Record<string, string> = { '\\\\': '\\', "\\'": "'", '\\"': '"', '\\t': '\t', '\\n': '\n', '\\r': '\r' };

function unescaped(escape: string): string | undefined {
  const hexadecimal = /^\\u\{([0-9a-fA-F]{1,6})\}$/.exec(escape)?.[1];
  if (hexadecimal === undefined) return ESCAPES[escape];
  const code = Number.parseInt(hexadecimal, 16);
  return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? undefined : String.fromCodePoint(code);
}
