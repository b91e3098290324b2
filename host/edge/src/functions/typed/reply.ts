import { FerriteError } from '../../errors.js';
import type { Node } from '../nodes.js';
import { decimal, shortestFloat } from './scalars.js';
import { isBytes, isCompound, kindOf, type Result, type Type } from './types.js';
import { heldBy, TooLong, writeWave } from './write.js';

/** Bytes of a text that a value is written as. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_INTEGER = 2n ** 63n - 1n;

const encoder = new TextEncoder();

/** The reply to a call, from what jco's glue returned: of a `result` what is in it, of an option null or what is in it. */
export function replyOf(type: Type | undefined, value: unknown): Node {
  // The glue throws an error, and returns what else is in a result.
  const inner = type !== undefined && kindOf(type) === 'result' ? (type as Result).ok : type;
  if (inner === undefined) return { tag: 'status', val: 'OK' };
  if (typeof inner === 'string' || inner.kind !== 'option') return nodeOf(inner, value);
  const held = heldBy(inner, value);
  return held.isThere ? nodeOf(inner.of, held.value) : { tag: 'null' };
}

/** What an error says of itself that a function returned. */
export function errorText(type: Type | undefined, value: unknown): string {
  if (type === undefined) return 'the function returned an error without a reason';
  const { tag, val } = nodeOf(type, value);
  if (tag === 'bytes') return new TextDecoder('utf-8', { ignoreBOM: true }).decode(val);
  return tag === 'double' ? decimal(val).replace('nan', 'NaN') : String(val);
}

function nodeOf(type: Type, value: any): Node {
  if (isBytes(type)) return { tag: 'bytes', val: value };
  if (isCompound(type)) return { tag: 'bytes', val: waveOf(type, value) };
  switch (kindOf(type)) {
    case 'bool':
      return { tag: 'boolean', val: value };
    case 'f32':
      return { tag: 'double', val: shortestFloat(value) };
    case 'f64':
      return { tag: 'double', val: value };
    case 'char':
    case 'string':
      return { tag: 'bytes', val: encoder.encode(value) };
  }
  // RESP's integers have 64 bits with a sign; beyond them, the digits.
  if (BigInt(value) > MOST_INTEGER) return { tag: 'bytes', val: encoder.encode(String(value)) };
  return { tag: 'integer', val: value };
}

function waveOf(type: Type, value: unknown): Uint8Array {
  try {
    return writeWave(type, value, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    throw new FerriteError(`ERR wasm: limit of ${MOST_BYTES} bytes in one reply or argument exceeded`);
  }
}
