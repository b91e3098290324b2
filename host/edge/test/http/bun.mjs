// The REST calls of a store in Bun.

import { Ferrite } from '@ferritelabs/ferrite-wasm';
import { handler } from '@ferritelabs/ferrite-wasm/http';

const fetch = handler(new Ferrite(), { token: process.env.TOKEN, allowHost: ['store.example'], allowOrigin: ['https://app.example'] });
// A subscriber may hear nothing for longer than the ten seconds after which Bun ends a connection that is silent.
const { port } = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch });
console.log(`port ${port}`);
