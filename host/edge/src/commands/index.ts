import { type BitmapCommands, BITMAPS } from './bitmaps.js';
import { GEO, type GeoCommands } from './geo.js';
import { type HashCommands, HASHES } from './hashes.js';
import { HYPER_LOG_LOGS, type HyperLogLogCommands } from './hyperLogLog.js';
import { type KeyCommands, KEYS } from './keys.js';
import { type ListCommands, LISTS } from './lists.js';
import { PUB_SUB, type PubSubCommands } from './pubsub.js';
import type { Row } from './row.js';
import { SERVER, type ServerCommands } from './server.js';
import { type SetCommands, SETS } from './sets.js';
import { SORTED_SETS, type SortedSetCommands } from './sortedSets.js';
import { type StreamCommands, STREAMS } from './streams.js';
import { type StringCommands, STRINGS } from './strings.js';
import { type VectorCommands, VECTORS } from './vectors.js';

export { SESSION_ROWS, type SessionCommands } from './session.js';

/** Every command as a method. `T` is what strings are: text, or bytes in the `binary` view. */
export interface Commands<T = string>
  extends StringCommands<T>,
    KeyCommands<T>,
    HashCommands<T>,
    ListCommands<T>,
    SetCommands<T>,
    SortedSetCommands<T>,
    StreamCommands<T>,
    GeoCommands<T>,
    BitmapCommands,
    HyperLogLogCommands,
    VectorCommands<T>,
    PubSubCommands<T>,
    ServerCommands<T> {}

export const ROWS: readonly Row[] = [
  ...STRINGS,
  ...KEYS,
  ...HASHES,
  ...LISTS,
  ...SETS,
  ...SORTED_SETS,
  ...STREAMS,
  ...GEO,
  ...BITMAPS,
  ...HYPER_LOG_LOGS,
  ...VECTORS,
  ...PUB_SUB,
  ...SERVER,
];

/** Methods under both of their names: `hGetAll` as npm `redis` has it, `hgetall` as `ioredis` has it. */
export type Named<C> = C & { [M in keyof C as Lowercase<M & string> extends M ? never : Lowercase<M & string>]: C[M] };

/** Methods that queue, and answer what they are called on: `pipeline().set('a', 1).get('a')`. */
export type Chained<C, Self> = { [M in keyof C]: (...args: ArgumentsOf<C[M]>) => Self };

/** The arguments of a method in each of its forms, of which there are four at most. */
type ArgumentsOf<Method> = Method extends {
  (...args: infer A): unknown;
  (...args: infer B): unknown;
  (...args: infer C): unknown;
  (...args: infer D): unknown;
}
  ? Given<A> | Given<B> | Given<C> | Given<D>
  : never;

/** A method with fewer forms leaves the others unknown. */
type Given<Args extends unknown[]> = unknown[] extends Args ? never : Args;
