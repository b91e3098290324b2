import { readFile } from 'node:fs/promises';
import { compileBytes } from './engine/module.js';
import type { Ferrite } from './ferrite.js';
import { type Handler, type HandlerOptions, handlerIn } from './http/handler.js';

export * from './http/index.js';

const platform = {
  name: 'node',
  load: async () => {
    const url = new URL('./http.wasm', import.meta.url);
    return compileBytes(await readFile(url), url.href);
  },
};

/** The REST calls of `@upstash/redis` over a store of this process: Node and Bun. */
export const handler = (db: Ferrite, options: HandlerOptions): Handler => handlerIn(platform, db, options);
