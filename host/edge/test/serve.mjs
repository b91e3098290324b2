// `node test/serve.mjs <runtime> <tarball>`: serves the installed package over RESP out of that runtime. Prints `ready <port>`
// and runs until its standard input ends. This is how the conformance transcripts reach it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project, RUNTIMES } from './runtimes.mjs';

const [runtime, tarball] = process.argv.slice(2);
if (!(runtime in RUNTIMES) || !tarball) {
  console.error(`usage: node test/serve.mjs ${Object.keys(RUNTIMES).join('|')} <tarball>`);
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), 'ferrite-edge-'));
await project(folder, runtime, tarball);
const server = await RUNTIMES[runtime].serve(folder);
console.log(`ready ${server.port}`);
process.stdin.on('end', stop).resume();

async function stop() {
  await server.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
}
