import type { Reply } from './reply.js';

/** So much of a reply is printed. */
const MOST_CHARACTERS = 200_000;

const SPECIAL: Record<number, string> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };

/** Bytes as redis-cli quotes them: what is not printable ASCII as `\x..`. */
export function quoted(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) {
    text +=
      SPECIAL[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
    if (text.length > MOST_CHARACTERS) return `${text}…`;
  }
  return `${text}"`;
}

/** A reply as redis-cli prints it, without the last line end. */
export function print(reply: Reply): string {
  const printed = lines(reply, '', { left: MOST_CHARACTERS });
  return printed.length > MOST_CHARACTERS ? `${printed.slice(0, MOST_CHARACTERS)}…` : printed;
}

const MARK = { array: ')', set: '~', push: '>', map: '#' };
const EMPTY = { array: '(empty array)', set: '(empty set)', push: '(empty push)', map: '(empty hash)' };
const decoder = new TextDecoder();

function lines(reply: Reply, indent: string, room: { left: number }): string {
  switch (reply.kind) {
    case 'status':
      return reply.text;
    case 'error':
      return `(error) ${reply.text}`;
    case 'integer':
      return `(integer) ${reply.value}`;
    case 'double':
      return `(double) ${reply.text}`;
    case 'big':
      return reply.text;
    case 'boolean':
      return `(${reply.value})`;
    case 'nil':
      return '(nil)';
    case 'string':
      return quoted(reply.bytes);
    case 'verbatim':
      return decoder.decode(reply.bytes).replaceAll('\r\n', '\n').replace(/\n$/, '');
    default:
      return nested(reply, indent, room);
  }
}

/** Each item has its number, as wide as the last one's; items of items are below each other. */
function nested(reply: Reply & { kind: 'array' | 'set' | 'push' | 'map' }, indent: string, room: { left: number }): string {
  const parts: (Reply | [Reply, Reply])[] = reply.kind === 'map' ? reply.pairs : reply.items;
  if (parts.length === 0) return EMPTY[reply.kind];
  const width = String(parts.length).length;
  const inner = indent + ' '.repeat(width + 2);
  const printed: string[] = [];
  for (const [at, part] of parts.entries()) {
    const value = Array.isArray(part)
      ? `${lines(part[0], inner, room)} => ${lines(part[1], inner, room)}`
      : lines(part, inner, room);
    const line = `${at === 0 ? '' : indent}${String(at + 1).padStart(width)}${MARK[reply.kind]} ${value}`;
    room.left -= line.length;
    printed.push(line);
    if (room.left < 0) {
      printed.push(`${indent}… ${parts.length - at - 1} more`);
      break;
    }
  }
  return printed.join('\n');
}
