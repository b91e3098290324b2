// `npm test`: packs the package, installs it from the tarball into an empty project for each runtime, and runs the suites there.
// `node test/run.mjs workerd chromium` takes these alone; FERRITE_EDGE_PACKED names a tarball that was packed already.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { project, RUNTIMES } from './runtimes.mjs';

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));
const chosen = process.argv.slice(2);
for (const name of chosen) {
  if (!(name in RUNTIMES)) {
    console.error(`there is no runtime ${name}; there are ${Object.keys(RUNTIMES).join(', ')}`);
    process.exit(2);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'ferrite-edge-'));
let failures = 0;
try {
  const tarball = process.env.FERRITE_EDGE_PACKED ?? pack(folder);
  for (const name of chosen.length > 0 ? chosen : Object.keys(RUNTIMES)) {
    const place = join(folder, name);
    await project(place, name, tarball);
    const began = Date.now();
    const all = await RUNTIMES[name].suites(place);
    const results = all.filter(({ kept }) => !kept);
    const kept = all.find(({ kept }) => kept)?.kept;
    // For the server, to load what the runtime dumped.
    if (kept && process.env.FERRITE_EDGE_DUMP) await writeFile(process.env.FERRITE_EDGE_DUMP, Buffer.from(kept, 'base64'));
    const failed = results.filter(({ error }) => error !== null);
    failures += failed.length;
    for (const { name: test, error } of failed) console.error(`${name}: FAILED ${test}\n    ${error}`);
    console.log(`${name}: ${results.length - failed.length} of ${results.length} passed in ${Date.now() - began} ms`);
    if (results.length === 0) failures++;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);

function pack(into) {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', into], PACKAGE));
  return join(into, filename);
}

function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
