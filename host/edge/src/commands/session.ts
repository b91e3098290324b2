import type { Key, Some } from './arguments.js';
import { type Row, rows } from './row.js';

/** Commands that need a session of their own, for there they are nobody else's affair. */
export interface SessionCommands {
  /** Lets the next `multi()` of this session answer null, and do nothing, when one of the keys has changed by then. */
  watch(...keys: Some<Key>): Promise<'OK'>;
  /** Forgets the keys that are watched. */
  unwatch(): Promise<'OK'>;
}

export const SESSION_ROWS: readonly Row[] = rows('watch', 'unwatch');
