// Serves the installed package over RESP: prints `ready <port>`, and runs until it is ended.

import { Ferrite } from '@ferritelabs/ferrite-wasm';
import { functions } from './functions/index.js';
import { serve } from '@ferritelabs/ferrite-wasm/server';

const { port } = await serve(new Ferrite({ functions }), { port: 0 });
console.log(`ready ${port}`);
