// Runs the suites in Node, Bun or Deno against the installed package, and prints the results as one line of JSON.

import { Ferrite, FerriteError } from '@ferritelabs/ferrite-wasm';
import { functions } from './functions/index.js';
import { runSuites } from './harness.mjs';
import { snapshot } from './snapshot.mjs';
import { SUITES } from './suites.mjs';

// The long run of damaged snapshots is done once, in Node.
const isNode = !process.versions.bun && !globalThis.Deno;
const damages = isNode && !snapshot ? 10_000 : 200;
console.log(JSON.stringify(await runSuites(SUITES, { Ferrite, FerriteError, functions, snapshot, damages })));
