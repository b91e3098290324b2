import { readFile } from 'node:fs/promises';
import { compileBytes, fetched } from './engine/module.js';
import type { Ferrite } from './ferrite.js';
import { type Handler, type HandlerOptions, handlerIn } from './http/handler.js';

export * from './http/index.js';

const platform = {
  name: 'deno',
  load: async () => {
    const url = new URL('./http.wasm', import.meta.url);
    return url.protocol === 'file:' ? compileBytes(await readFile(url), url.href) : fetched(url);
  },
};

/** The REST calls of `@upstash/redis` over a store of this process: Deno. */
export const handler = (db: Ferrite, options: HandlerOptions): Handler => handlerIn(platform, db, options);
