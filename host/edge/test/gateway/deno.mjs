// A gateway in Deno.

import { createGateway } from '@ferritelabs/ferrite-wasm/gateway';

const variables = { UPSTREAM_KEY: Deno.env.get('UPSTREAM_KEY') };
const gateway = await createGateway({ config: await Deno.readTextFile('gateway.toml'), variables });
const onListen = ({ port }) => console.log(`port ${port}`);
Deno.serve({ port: 0, hostname: '127.0.0.1', onListen }, (request) => gateway.fetch(request));
