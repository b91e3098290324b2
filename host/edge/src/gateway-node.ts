import { readFile } from 'node:fs/promises';
import { compileBytes } from './engine/module.js';
import { createGatewayIn, type Gateway, type GatewayOptions } from './gateway/gateway.js';
import { Ferrite } from './node.js';

export * from './gateway/index.js';

const platform = {
  name: Ferrite.platform.name,
  load: async () => {
    const url = new URL('./gateway.wasm', import.meta.url);
    return compileBytes(await readFile(url), url.href);
  },
};

/** An AI gateway in this process: Node and Bun. */
export const createGateway = (options: GatewayOptions): Promise<Gateway> =>
  createGatewayIn({ store: Ferrite, platform }, options);
