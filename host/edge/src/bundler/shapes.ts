import type { Primitive, Type } from '../functions/typed/types.js';
import type { Reader } from './reader.js';

/** A type of values, with those that no word can become. */
export type Shape = Type | { kind: 'handle' | 'later' | 'unwritten' };

/** By their bytes, from 0x7f downwards. */
const PRIMITIVES: readonly Primitive[] = [
  'bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string',
];

/**
 * Reads the definition of a type; `defined` has those before it. Where a type is only used it is a primitive or an index.
 * Types hold shapes that no word can become as if they were types: whoever takes them looks for these first.
 */
export function readShape(reader: Reader, defined: (index: number) => Shape, isUse = false): Shape {
  const use = () => readShape(reader, defined, true) as Type;
  const byte = reader.peek();
  if (isUse && (byte < 0x40 || byte > 0x7f)) return defined(reader.number());
  reader.byte();
  const primitive = PRIMITIVES[0x7f - byte];
  if (primitive) return primitive;
  if (isUse && byte !== 0x64) throw new Error(`it has a type of an unknown kind, ${byte}`);
  switch (byte) {
    case 0x72:
      return { kind: 'record', fields: reader.all(() => [reader.text(), use()]) };
    case 0x71:
      return { kind: 'variant', cases: reader.all(() => oneCase(reader, use)) };
    case 0x70:
      return { kind: 'list', of: use() };
    case 0x6f:
      return { kind: 'tuple', of: reader.all(use) };
    case 0x6e:
      return { kind: 'flags', names: reader.all(() => reader.text()) };
    case 0x6d:
      return { kind: 'enum', names: reader.all(() => reader.text()) };
    case 0x6b:
      return { kind: 'option', of: use() };
    case 0x6a: {
      const [ok, err] = [reader.maybe(use), reader.maybe(use)];
      return { kind: 'result', ...(ok !== undefined && { ok }), ...(err !== undefined && { err }) };
    }
    case 0x69:
    case 0x68:
      reader.number();
      return { kind: 'handle' };
    case 0x66:
    case 0x65:
      reader.maybe(use);
      return { kind: 'later' };
    // A list of fixed length, a map, and the context of an error.
    case 0x67:
      use();
      reader.number();
      return { kind: 'unwritten' };
    case 0x63:
      use();
      use();
      return { kind: 'unwritten' };
    case 0x64:
      return { kind: 'unwritten' };
  }
  throw new Error(`it has a type of an unknown kind, ${byte}`);
}

function oneCase(reader: Reader, use: () => Type): [string, Type?] {
  const name = reader.text();
  const of = reader.maybe(use);
  // What it refines: nothing.
  reader.byte();
  return of === undefined ? [name] : [name, of];
}
