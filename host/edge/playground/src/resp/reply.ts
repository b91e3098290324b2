/** Replies with everything that RESP3 says of them, which printing them needs. Strings are bytes: nobody promised text. */
export type Reply =
  | { kind: 'status' | 'error' | 'double' | 'big'; text: string }
  | { kind: 'string' | 'verbatim'; bytes: Uint8Array }
  | { kind: 'integer'; value: number | bigint }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'nil' }
  | { kind: 'array' | 'set' | 'push'; items: Reply[] }
  | { kind: 'map'; pairs: [Reply, Reply][] };

/** A word of a command. */
export type Word = string | Uint8Array;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export const bytesOf = (word: Word): Uint8Array => (typeof word === 'string' ? encoder.encode(word) : word);

/** What a reply says, as text: of a string, a status, a number. Bytes that are no UTF-8 become replacement characters. */
export function text(reply: Reply | undefined): string {
  switch (reply?.kind) {
    case 'status':
    case 'error':
    case 'double':
    case 'big':
      return reply.text;
    case 'string':
    case 'verbatim':
      return decoder.decode(reply.bytes);
    case 'integer':
    case 'boolean':
      return String(reply.value);
    default:
      return '';
  }
}

export const number = (reply: Reply | undefined): number => Number(text(reply) || 'NaN');

/** The items of an array or a set; none of anything else. */
export function items(reply: Reply | undefined): Reply[] {
  return reply?.kind === 'array' || reply?.kind === 'set' || reply?.kind === 'push' ? reply.items : [];
}

/** Pairs: of a map, of an array of pairs (sorted sets in RESP3), of a flat array (RESP2). */
export function pairs(reply: Reply | undefined): [Reply, Reply][] {
  if (reply?.kind === 'map') return reply.pairs;
  const all = items(reply);
  const isNested = all.length > 0 && all.every((item) => item.kind === 'array' && item.items.length === 2);
  if (isNested) return all.map((item) => items(item) as [Reply, Reply]);
  const found: [Reply, Reply][] = [];
  for (let at = 0; at + 1 < all.length; at += 2) found.push([all[at]!, all[at + 1]!]);
  return found;
}

/** A map, or a flat array, by the text of its keys. */
export function fields(reply: Reply | undefined): Map<string, Reply> {
  return new Map(pairs(reply).map(([key, value]) => [text(key), value]));
}

/** What the store refused a command with. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The reply, unless it is an error: then it is thrown. */
export function accepted(reply: Reply): Reply {
  if (reply.kind === 'error') throw new Refused(reply.text);
  return reply;
}
