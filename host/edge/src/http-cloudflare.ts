import type { Ferrite } from './ferrite.js';
import module from './http.wasm';
import { type Handler, type HandlerOptions, handlerIn } from './http/handler.js';

export * from './http/index.js';

const platform = { name: 'workerd', load: async () => module };

/** The REST calls of `@upstash/redis` over a store of this isolate: Cloudflare Workers and Durable Objects. */
export const handler = (db: Ferrite, options: HandlerOptions): Handler => handlerIn(platform, db, options);
