// The REST calls of a store in Deno.

import { Ferrite } from '@ferritelabs/ferrite-wasm';
import { handler } from '@ferritelabs/ferrite-wasm/http';

const token = Deno.env.get('TOKEN');
const fetch = handler(new Ferrite(), { token, allowHost: ['store.example'], allowOrigin: ['https://app.example'] });
Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log(`port ${port}`) }, fetch);
