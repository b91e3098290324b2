import { FerriteError } from '../errors.js';
import type { Client } from './client.js';
import type { Subscription } from './subscriptions.js';

/** What happened to a key. */
export interface Change {
  key: string;
  /** As keyspace notifications name it: `set`, `hset`, `del`, `expired` …; null for the first call, when nothing has happened yet. */
  event: string | null;
  /**
   * What the key holds now, by its type: text, an object for a hash, an array for a list, set or stream, an array of
   * `{ value, score }` for a sorted set; null when there is no key. Not read for patterns.
   */
  value?: unknown;
}

/** Something that is told of changes until it is stopped. */
export interface LiveQuery {
  stop(): Promise<void>;
}

/** What keyspace notifications are needed: all events (A), on keys (K). */
const NEEDED = 'KA';

/** The commands that read a key of each type, in its whole. */
const READS: Record<string, (db: any, key: string) => Promise<unknown>> = {
  string: (db, key) => db.get(key),
  hash: (db, key) => db.hGetAll(key),
  list: (db, key) => db.lRange(key, 0, -1),
  set: (db, key) => db.sMembers(key),
  zset: (db, key) => db.zRangeWithScores(key, 0, -1),
  stream: (db, key) => db.xRange(key, '-', '+'),
};

/** The value of a key of any type; null when there is none. */
export async function valueOf(db: Client, key: string): Promise<unknown> {
  const type = (await db.execute('TYPE', key)) as string;
  if (type === 'none') return null;
  const read = READS[type];
  return read ? read(db, key) : undefined;
}

/** Makes sure that the engine notifies of what live queries need. */
async function enableNotifications(db: Client): Promise<void> {
  const name = 'notify-keyspace-events';
  const config = (await db.execute('CONFIG', 'GET', name)) as Record<string, string>;
  const flags = config[name] ?? '';
  if ([...NEEDED].every((flag) => flags.includes(flag))) return;
  await db.execute('CONFIG', 'SET', name, flags + NEEDED);
}

/** A store that was closed meanwhile has no values; anything else is for the process to know. */
function unlessClosed(error: unknown): void {
  if (!(error instanceof FerriteError && error.code === 'CLOSED')) throw error;
}

const isPattern = (text: string): boolean => /[*?[\\]/.test(text);

/** Calls back for each change of a key, with what it holds then, or of the keys that match a pattern. */
export async function live(
  db: Client,
  subscribe: (pattern: string, listener: (event: string, channel: string) => void) => Promise<Subscription<string>>,
  database: number,
  what: string,
  callback: (change: Change) => void,
): Promise<LiveQuery> {
  await enableNotifications(db);
  const prefix = `__keyspace@${database}__:`;
  const isOne = !isPattern(what);
  let isStopped = false;
  /** Changes since the value was last read: several before it is there again are one call. */
  let pending: string | null | undefined;
  let isReading = false;
  const tell = (change: Change) => {
    if (!isStopped) callback(change);
  };
  const read = async (event: string | null): Promise<void> => {
    pending = event;
    if (isReading) return;
    isReading = true;
    try {
      while (pending !== undefined && !isStopped) {
        const last: string | null = pending;
        pending = undefined;
        tell({ key: what, event: last, value: await valueOf(db, what) });
      }
    } finally {
      isReading = false;
    }
  };
  const subscription = await subscribe(prefix + what, (event, channel) => {
    if (isOne) void read(event).catch(unlessClosed);
    else tell({ key: channel.slice(prefix.length), event });
  });
  if (isOne) await read(null);
  return {
    stop: async () => {
      isStopped = true;
      await subscription.unsubscribe();
    },
  };
}
