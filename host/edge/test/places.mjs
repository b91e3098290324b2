// The places where a program serves HTTP with the installed package, each as the documentation shows it.

import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startWorkerd } from './workerd.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGE = dirname(HERE);
const require = createRequire(import.meta.url);
const program = (name) => join(dirname(require.resolve(`${name}/package.json`)), '../.bin', name);

export const PLACES = {
  node: script([process.execPath]),
  bun: script([program('bun')]),
  deno: script([program('deno'), 'run', '--allow-net', '--allow-read', '--allow-env=UPSTREAM_KEY,TOKEN']),
  workerd: inWorkerd,
};

let tarball;

/** Runs the program that the folder `kind` has for a place, beside some files: `{ origin, pid, close }`. */
export async function start(name, kind, files = {}) {
  const folder = await mkdtemp(join(tmpdir(), `ferrite-${kind}-${name}-`));
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  tarball ??= process.env.FERRITE_EDGE_PACKED ?? pack(await mkdtemp(join(tmpdir(), 'ferrite-packed-')));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--offline', '--silent', tarball], { cwd: folder });
  await cp(join(HERE, kind, `${name}.mjs`), join(folder, 'main.mjs'));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const started = await PLACES[name](folder);
  return {
    origin: `http://127.0.0.1:${started.port}`,
    pid: started.pid,
    async close() {
      await started.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function pack(into) {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', into], {
    cwd: PACKAGE,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return join(into, JSON.parse(packed)[0].filename);
}

/** Runtimes that read a file and print the port on which they listen. */
function script([runtime, ...args]) {
  return async (folder) => {
    const child = spawn(runtime, [...args, 'main.mjs'], {
      cwd: folder,
      env: { ...process.env, UPSTREAM_KEY: 'sk-upstream', TOKEN: 'sk-variable' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise((resolve, reject) => {
      let told = '';
      child.stdout.on('data', (chunk) => {
        told += chunk;
        const found = /port (\d+)\n/.exec(told)?.[1];
        if (found) resolve(Number(found));
      });
      child.on('exit', (code) => reject(new Error(`${runtime} ended with ${code}: ${told}`)));
    });
    return { port, pid: child.pid, close: () => child.kill() };
  };
}

/** A Worker has no files: a configuration is a text that is imported. */
async function inWorkerd(folder) {
  const out = join(folder, 'worker');
  await mkdir(out);
  await build({
    entryPoints: [join(folder, 'main.mjs')],
    outfile: join(out, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*.wasm'],
    loader: { '.toml': 'text' },
    logLevel: 'warning',
  });
  const dist = join(folder, 'node_modules/@ferritelabs/ferrite-wasm/dist');
  for (const file of ['store.wasm', 'gateway.wasm', 'http.wasm']) await cp(join(dist, file), join(out, file));
  return startWorkerd(out, 'worker.js', false, ['UPSTREAM_KEY', 'TOKEN']);
}
