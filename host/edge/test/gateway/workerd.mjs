// A gateway in a Worker: one for all requests of an isolate, made by the first of them.

import { createGateway } from '@ferritelabs/ferrite-wasm/gateway';
import config from './gateway.toml';

let gateway;

export default {
  async fetch(request, env, context) {
    gateway ??= createGateway({ config, variables: env });
    return (await gateway).fetch(request, context);
  },
};
