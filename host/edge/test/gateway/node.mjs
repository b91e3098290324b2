// A gateway in Node.

import { readFile } from 'node:fs/promises';
import { createGateway } from '@ferritelabs/ferrite-wasm/gateway';
import { serve } from '@ferritelabs/ferrite-wasm/gateway/server';

const gateway = await createGateway({ config: await readFile('gateway.toml', 'utf8'), variables: process.env });
const { port } = await serve(gateway, { port: 0 });
console.log(`port ${port}`);
