/** What every entry of the gateway exports. */
export { GatewayError, type Mistake } from './errors.js';
export type { ChunkVerdict, Level, Verdict } from './exchanges.js';
export type { Context, Gateway, GatewayOptions } from './gateway.js';
export type { Chunk, Policy } from './policies.js';
