import type { Transform } from '../client/call.js';
import type { Key, OneOrMore, Value } from './arguments.js';
import { type Row, row, rows } from './row.js';
import { fields } from './values.js';

/** Commands that send messages, and that say who listens. Listening itself is `subscribe()` of the store. */
export interface PubSubCommands<T> {
  /** Sends a message to a channel; how many got it. */
  publish(channel: Key, message: Value): Promise<number>;
  /** PUBSUB with its subcommand as a word; the reply as RESP3 has it. */
  pubSub(subcommand: string, ...args: Value[]): Promise<any>;
  /** The channels that somebody listens to, all or those whose names match a pattern. */
  pubSubChannels(...pattern: [pattern?: Key]): Promise<T[]>;
  /** How many patterns are listened to. */
  pubSubNumPat(): Promise<number>;
  /** How many listen to each of the channels. */
  pubSubNumSub(...channels: OneOrMore<Key>[]): Promise<Record<string, number>>;
  /** The shard channels that somebody listens to. */
  pubSubShardChannels(...pattern: [pattern?: Key]): Promise<T[]>;
  /** How many listen to each of the shard channels. */
  pubSubShardNumSub(...channels: OneOrMore<Key>[]): Promise<Record<string, number>>;
  /** Sends a message to a shard channel; how many got it. */
  sPublish(channel: Key, message: Value): Promise<number>;
}

/** Channels with their numbers, in turn. */
const counts: Transform = fields;

export const PUB_SUB: readonly Row[] = [
  ...rows('publish', 'pubSub', 'sPublish'),
  row('pubSubChannels', { words: ['PUBSUB', 'CHANNELS'] }),
  row('pubSubNumPat', { words: ['PUBSUB', 'NUMPAT'] }),
  row('pubSubNumSub', { words: ['PUBSUB', 'NUMSUB'], reply: counts }),
  row('pubSubShardChannels', { words: ['PUBSUB', 'SHARDCHANNELS'] }),
  row('pubSubShardNumSub', { words: ['PUBSUB', 'SHARDNUMSUB'], reply: counts }),
];
