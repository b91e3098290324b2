import type { Integer } from './types.js';

/** The ranges of WIT's integers. */
const RANGES: Record<Integer, [least: bigint, most: bigint]> = {
  s8: [-(2n ** 7n), 2n ** 7n - 1n],
  u8: [0n, 2n ** 8n - 1n],
  s16: [-(2n ** 15n), 2n ** 15n - 1n],
  u16: [0n, 2n ** 16n - 1n],
  s32: [-(2n ** 31n), 2n ** 31n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  s64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

export const isInteger = (kind: string): kind is Integer => kind in RANGES;
export const rangeOf = (kind: Integer): [bigint, bigint] => RANGES[kind];

/** The integer that a text writes in decimal, or `undefined` if it is none of this type. 64 bits are a BigInt. */
export function integerOf(kind: Integer, text: string): number | bigint | undefined {
  const [least, most] = RANGES[kind];
  if (!(least < 0n ? /^[+-]?[0-9]+$/ : /^\+?[0-9]+$/).test(text)) return undefined;
  // Zeros before the digits are free; a million digits are not converted only to be refused.
  const digits = text.replace(/^([+-]?)0+(?=[0-9])/, '$1');
  if (digits.length > 21) return undefined;
  const value = BigInt(digits.replace('+', ''));
  if (value < least || value > most) return undefined;
  return kind.endsWith('64') ? value : Number(value);
}

/** The number that a text writes as Rust and WAVE do, or `undefined`. */
export function floatOf(kind: 'f32' | 'f64', text: string): number | undefined {
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (named) return named[2]!.toLowerCase() === 'nan' ? NaN : named[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(text)) return undefined;
  return kind === 'f32' ? Math.fround(Number(text)) : Number(text);
}

/** The shortest digits that are this `f32`, as a double: 0.1, and not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  for (let count = 1; count < 9; count++) {
    const [digits = '', exponent = ''] = value.toExponential(count - 1).split('e');
    // Below a power of two numbers are closer, so that the nearest digits may be another number, and those above not.
    const above = Number(digits.replace('.', '')) + Math.sign(value);
    for (const text of [`${digits}e${exponent}`, `${above}e${Number(exponent) - count + 1}`]) {
      if (Math.fround(Number(text)) === value) return Number(text);
    }
  }
  return Number(value.toPrecision(9));
}

/** All digits of a number, without an exponent, as Rust and WAVE write it; `nan` and infinities have names. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [digits, exponent] = shortestDigits(Math.abs(value));
  const point = exponent + 1;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + (digits.length > point ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits.padEnd(point, '0'));
}

/** The fewest digits that are this number, and the power of ten of the first one. */
function shortestDigits(value: number): [digits: string, exponent: number] {
  const shortest = value.toExponential();
  const count = shortest.replace(/e.*/, '').replace('.', '').length;
  // Where two are as near, JavaScript takes the even one, Rust the greater.
  const greater = value.toExponential(count - 1);
  const [mantissa = '', exponent] = (Number(greater) === value ? greater : shortest).split('e');
  return [mantissa.replace('.', ''), Number(exponent)];
}
