// A gateway in Bun.

import { createGateway } from '@ferritelabs/ferrite-wasm/gateway';

const gateway = await createGateway({ config: await Bun.file('gateway.toml').text(), variables: process.env });
// A model may think longer than the ten seconds after which Bun ends a connection that is silent.
const { port } = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: (request) => gateway.fetch(request) });
console.log(`port ${port}`);
