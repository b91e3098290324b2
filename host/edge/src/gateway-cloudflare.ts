import module from './gateway.wasm';
import { Ferrite } from './cloudflare.js';
import { createGatewayIn, type Gateway, type GatewayOptions } from './gateway/gateway.js';

export * from './gateway/index.js';

const platform = { name: Ferrite.platform.name, load: async () => module };

/** An AI gateway in this isolate: Cloudflare Workers and Durable Objects. To be made in a handler, not in global scope. */
export const createGateway = (options: GatewayOptions): Promise<Gateway> =>
  createGatewayIn({ store: Ferrite, platform }, options);
