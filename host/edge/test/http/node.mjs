// The REST calls of a store in Node.

import { Ferrite } from '@ferritelabs/ferrite-wasm';
import { handler } from '@ferritelabs/ferrite-wasm/http';
import { serve } from '@ferritelabs/ferrite-wasm/http/server';

const fetch = handler(new Ferrite(), { token: process.env.TOKEN, allowHost: ['store.example'], allowOrigin: ['https://app.example'] });
const { port } = await serve({ fetch }, { port: 0 });
console.log(`port ${port}`);
