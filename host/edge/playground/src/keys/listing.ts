import { items, number, type Reply, text, type Word } from '../resp/reply.js';
import { accepted } from '../resp/reply.js';
import type { Store } from '../store/store.js';

/** So many keys are shown, and so many looked at for a pattern that few match. */
const MOST_KEYS = 500;
const PAGE = 1000;
const MOST_PAGES = 50;

export interface Key {
  /** As the store has it. */
  bytes: Uint8Array;
  /** As it is shown. */
  name: string;
  type: string;
  /** In milliseconds since the Unix epoch, when it has a time to live. */
  expires: number | null;
}

export interface Listing {
  keys: Key[];
  /** All keys of the database. */
  total: number;
  /** Whether the walk ended before it had seen all. */
  hasMore: boolean;
}

/** The keys that match a pattern, by name: as many as can be shown. */
export async function list(store: Store, pattern: string): Promise<Listing> {
  const total = number(await store.execute(['DBSIZE']));
  const names: Uint8Array[] = [];
  const seen = new Set<string>();
  let cursor = '0';
  let page = 0;
  do {
    const [next, found] = items(
      accepted(await store.execute(['SCAN', cursor, 'MATCH', pattern || '*', 'COUNT', String(PAGE)])),
    );
    cursor = text(next);
    for (const key of items(found)) {
      const id = key.kind === 'string' ? key.bytes.join() : '';
      if (key.kind !== 'string' || seen.has(id)) continue;
      seen.add(id);
      names.push(key.bytes);
    }
  } while (cursor !== '0' && names.length < MOST_KEYS && ++page < MOST_PAGES);
  const hasMore = cursor !== '0' || names.length > MOST_KEYS;
  const keys = await described(store, names.slice(0, MOST_KEYS));
  return { keys, total, hasMore };
}

async function described(store: Store, names: Uint8Array[]): Promise<Key[]> {
  if (names.length === 0) return [];
  const shown = names.filter((name) => store.isEmbedded || isText(name));
  const replies = await store.pipeline(
    shown.flatMap((name): Word[][] => [
      ['TYPE', name],
      ['PTTL', name],
    ]),
  );
  const now = Date.now();
  const keys = shown.map((bytes, at): Key => {
    const left = number(replies[2 * at + 1] as Reply);
    return { bytes, name: named(bytes), type: text(replies[2 * at]), expires: left >= 0 ? now + left : null };
  });
  return keys.filter(({ type }) => type !== 'none').sort((one, other) => (one.name < other.name ? -1 : 1));
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text where it is some, and otherwise as redis-cli escapes it. */
export function named(bytes: Uint8Array): string {
  const decoded = decode(bytes);
  if (decoded !== null && !/[\u0000-\u001f\u007f]/.test(decoded)) return decoded;
  return Array.from(bytes, (byte) =>
    byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

export function decode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

const isText = (bytes: Uint8Array): boolean => decode(bytes) !== null;
