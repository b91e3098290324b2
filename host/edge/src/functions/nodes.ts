import { FerriteError } from '../errors.js';

/** A node of a reply in pre-order, as jco gives `types.node`. */
export interface Node {
  tag: 'null' | 'boolean' | 'integer' | 'double' | 'bytes' | 'status' | 'failure' | 'array' | 'set' | 'map';
  val?: any;
}

/** The limits of a reply, as `types.reply` has them. */
const MOST_NODES = 1_048_576;
const MOST_DEPTH = 32;

const encoder = new TextEncoder();

/** The RESP bytes of a function's reply. What is not exactly one tree is the function's fault, and an error. */
export function encodeNodes(nodes: readonly Node[], protocolVersion: number): Uint8Array {
  expectTree(nodes);
  const parts: Uint8Array[] = [];
  for (const node of nodes) parts.push(...encodeNode(node, protocolVersion === 3));
  return concat(parts);
}

/** An error line. */
export function encodeError(line: string): Uint8Array {
  return encoder.encode(`-${withoutEnds(line)}\r\n`);
}

/** RESP's lines end at the first end of a line. */
const withoutEnds = (text: string): string => text.replace(/[\r\n]+$/, '').replace(/[\r\n]/g, ' ');

function encodeNode({ tag, val }: Node, isThree: boolean): Uint8Array[] {
  const line = (text: string) => [encoder.encode(`${text}\r\n`)];
  const bulk = (bytes: Uint8Array) => [...line(`$${bytes.length}`), bytes, ...line('')];
  switch (tag) {
    case 'null':
      return line(isThree ? '_' : '$-1');
    case 'boolean':
      return line(isThree ? `#${val ? 't' : 'f'}` : `:${val ? 1 : 0}`);
    case 'integer':
      return line(`:${val}`);
    case 'double':
      return isThree ? line(`,${doubleText(val)}`) : bulk(encoder.encode(doubleText(val)));
    case 'bytes':
      return bulk(val);
    case 'status':
      return line(`+${withoutEnds(val)}`);
    case 'failure':
      return line(`-${withoutEnds(val)}`);
    case 'array':
      return line(`*${val}`);
    case 'set':
      return line(`${isThree ? '~' : '*'}${val}`);
    case 'map':
      return line(isThree ? `%${val}` : `*${2 * val}`);
  }
}

/** As Redis 7.0 writes doubles, which is C's `%.17g`; `inf`, `-inf` and `nan`. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  // JavaScript rounds a half up, C to the even digit: a half has no digits behind it.
  const isHalf = /^-?[0-9]\.[0-9]{15}[02468]50*e/.test(value.toExponential(100));
  const rounded = isHalf ? value.toExponential(17).replace('5e', 'e') : value.toExponential(16);
  const [, sign, first, rest, power] = /^(-?)([0-9])\.([0-9]+)e(.*)$/.exec(rounded)!;
  const [digits, exponent] = [first! + rest!, Number(power)];
  const short = (text: string) => sign + text.replace(/\.?0*$/, '');
  if (exponent < -4 || exponent >= 17) {
    return `${short(`${first}.${rest}`)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return short(`0.${'0'.repeat(-exponent - 1)}${digits}`);
  return short(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`);
}

/** Its beginning of at most so many bytes, cut at a character. */
function cut(text: string, most: number): string {
  const bytes = encoder.encode(text.slice(0, most)).subarray(0, most);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}

/** A text on one line, of at most so many bytes: what is past them is cut at a character. */
export function oneLine(text: string, most = Infinity): string {
  // A unit of UTF-16 has at most three bytes.
  const isShort = 3 * text.length <= most;
  return (isShort ? text : cut(text, most)).trimEnd().replace(/\p{Cc}/gu, ' ');
}

function expectTree(nodes: readonly Node[]): void {
  const refuse = (what: string): never => {
    throw new FerriteError(`ERR wasm: invalid reply: ${what}`);
  };
  if (nodes.length > MOST_NODES) refuse(`${nodes.length} nodes, at most ${MOST_NODES} are allowed`);
  if (nodes.length === 0) refuse('no nodes');
  /** How many elements each open aggregate still waits for. */
  const open: number[] = [];
  for (const [at, { tag, val }] of nodes.entries()) {
    const children = tag === 'array' || tag === 'set' ? val : tag === 'map' ? 2 * val : 0;
    if (children > 0) {
      if (open.length === MOST_DEPTH) refuse(`nested deeper than ${MOST_DEPTH}`);
      open.push(children);
      continue;
    }
    // A tree ended; so do all aggregates of which it was the last element.
    while (open.length > 0 && --open[open.length - 1]! === 0) open.pop();
    if (open.length === 0 && at + 1 < nodes.length) refuse(`${nodes.length - at - 1} nodes are left over`);
  }
  if (open.length > 0) refuse(`${open.reduce((sum, count) => sum + count)} elements are missing`);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
