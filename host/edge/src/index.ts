/** What every entry of the package exports. */
export type { Change, LiveQuery } from './client/live.js';
export type { Message, Subscription } from './client/subscriptions.js';
export type { Multi } from './client/multi.js';
export type { Pipeline } from './client/pipeline.js';
export { FerriteError } from './errors.js';
export { type Options, SessionClient, type Wire, type WireEnd } from './ferrite.js';
export type { Commands } from './commands/index.js';
export type { Argument } from './resp/commands.js';
export type { Reply } from './resp/replies.js';
