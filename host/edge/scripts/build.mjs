// Builds dist/: `npm run build`. The store's components come from FERRITE_COMPONENTS, or from `cargo components`.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { build } from 'esbuild';
import { small } from './small.mjs';

const HERE = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = dirname(dirname(HERE));
const DIST = join(HERE, 'dist');

const STORE = ['node', 'web', 'cloudflare', 'deno', 'server', 'functions'];
const HTTP = ['http-node', 'http-cloudflare', 'http-deno'];
const GATEWAY = ['gateway-node', 'gateway-cloudflare', 'gateway-deno', 'gateway-server'];

/**
 * The builds of the package: where they go, the component in them, the entries, and what becomes of the core module. That of
 * the first is the server's, byte for byte. The gateway's cache needs vectors.
 */
const BUILDS = [
  { folder: DIST, component: 'store', entries: [...STORE, ...HTTP, ...GATEWAY], finish: (core) => core },
  { folder: join(DIST, 'core'), component: 'store-without-vectors', entries: STORE, finish: small },
];

await rm(DIST, { recursive: true, force: true });
const components = componentsFolder();
for (const { folder, component, entries, finish } of BUILDS) {
  const bytes = await readFile(join(components, `${component}.wasm`));
  await mkdir(folder, { recursive: true });
  const { core, glue } = await transpiled(bytes, 'store');
  await writeFile(join(folder, 'store.wasm'), finish(core));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await bundle(folder, entries, { name: component, sha256 }, glue);
  console.log(`${folder.slice(HERE.length + 1)}: ${component}.wasm, sha256 ${sha256}`);
}
// Their interfaces are driven by src/gateway and src/http, without glue.
for (const [name, component, finish] of [['gateway', 'gateway', (core) => core], ['http', 'http-calls', small]]) {
  const module = finish((await transpiled(await readFile(join(components, `${component}.wasm`)), name)).core);
  await writeFile(join(DIST, `${name}.wasm`), module);
  console.log(`dist: ${name}.wasm, ${module.length} bytes, ${gzipSync(module).length} compressed`);
}
await build({
  entryPoints: [join(HERE, 'src/cli.ts')],
  outdir: DIST,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['@bytecodealliance/jco-transpile'],
  logLevel: 'warning',
});
execFileSync(process.execPath, [join(HERE, 'node_modules/typescript/bin/tsc')], { cwd: HERE, stdio: 'inherit' });

/** The folder with the components; without FERRITE_COMPONENTS they are built. */
function componentsFolder() {
  const given = process.env.FERRITE_COMPONENTS;
  if (given) return given;
  execFileSync('cargo', ['components'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(ROOT, 'target/components');
}

/** What jco makes of a component: its core module, as it is in there, and the glue for its typed interfaces. */
async function transpiled(component, name) {
  const { files } = await transpileBytes(component, { name, instantiation: 'sync', wasiShim: false });
  const file = (end) => Object.entries(files).find(([name]) => name.endsWith(end))?.[1];
  const [core, glue] = [file(`${name}.core.wasm`), file(`${name}.js`)];
  if (Buffer.from(component).indexOf(Buffer.from(core)) < 0) throw new Error('jco changed the core module');
  return { core, glue: new TextDecoder().decode(glue) };
}

/** The glue stands in for `src/functions/glue.js`. */
function generated(glue) {
  return {
    name: 'glue',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/glue\.js$/ }, () => ({ path: 'glue.js', namespace: 'jco' }));
      onLoad({ filter: /.*/, namespace: 'jco' }, () => ({ contents: glue, loader: 'js' }));
    },
  };
}

async function bundle(folder, entries, component, glue) {
  await build({
    entryPoints: Object.fromEntries(entries.map((name) => [name, join(HERE, `src/${name}.ts`)])),
    outdir: folder,
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    lineLimit: 160,
    sourcemap: true,
    external: ['./store.wasm', './gateway.wasm', './http.wasm', 'node:*'],
    define: { COMPONENT: JSON.stringify(component), 'globalThis.process.env.JCO_DEBUG': 'undefined' },
    // jco's glue describes each of its steps for a log that is off: a quarter of it is these descriptions.
    pure: ['_debugLog'],
    plugins: [generated(glue)],
    logLevel: 'warning',
  });
}
