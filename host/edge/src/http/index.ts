/** What every entry of the HTTP adapter exports. */
export type { Handler, HandlerOptions } from './handler.js';
