import { readFile } from 'node:fs/promises';
import { Ferrite } from './deno.js';
import { compileBytes, fetched } from './engine/module.js';
import { createGatewayIn, type Gateway, type GatewayOptions } from './gateway/gateway.js';

export * from './gateway/index.js';

const platform = {
  name: Ferrite.platform.name,
  load: async () => {
    const url = new URL('./gateway.wasm', import.meta.url);
    return url.protocol === 'file:' ? compileBytes(await readFile(url), url.href) : fetched(url);
  },
};

/** An AI gateway in this process: Deno. */
export const createGateway = (options: GatewayOptions): Promise<Gateway> =>
  createGatewayIn({ store: Ferrite, platform }, options);
