// Builds dist/: `npm run build`. The store's components come from FERRITE_COMPONENTS, or from `cargo components`.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { build } from 'esbuild';

const HERE = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = dirname(dirname(HERE));
const DIST = join(HERE, 'dist');

/** The builds of the package: where they go, and the component in them. */
const BUILDS = [
  { folder: DIST, component: 'store' },
  { folder: join(DIST, 'core'), component: 'store-without-vectors' },
];
const ENTRIES = ['node', 'web', 'cloudflare', 'deno', 'server'];

await rm(DIST, { recursive: true, force: true });
const components = componentsFolder();
for (const { folder, component } of BUILDS) {
  const bytes = await readFile(join(components, `${component}.wasm`));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'store.wasm'), await coreModule(bytes));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await bundle(folder, { name: component, sha256 });
  console.log(`${folder.slice(HERE.length + 1)}: ${component}.wasm, sha256 ${sha256}`);
}
execFileSync(process.execPath, [join(HERE, 'node_modules/typescript/bin/tsc')], { cwd: HERE, stdio: 'inherit' });

/** The folder with the components; without FERRITE_COMPONENTS they are built. */
function componentsFolder() {
  const given = process.env.FERRITE_COMPONENTS;
  if (given) return given;
  execFileSync('cargo', ['components'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(ROOT, 'target/components');
}

/** The core module in a component, as jco takes it out. What else is in there ties it together, which is done in src/engine. */
async function coreModule(component) {
  const { files } = await transpileBytes(component, { name: 'store', instantiation: 'async', wasiShim: false });
  const core = Object.entries(files).find(([name]) => name.endsWith('.core.wasm'));
  if (!core || Buffer.from(component).indexOf(Buffer.from(core[1])) < 0) {
    throw new Error('jco did not take the core module out of the component as it is');
  }
  return core[1];
}

async function bundle(folder, component) {
  await build({
    entryPoints: Object.fromEntries(ENTRIES.map((name) => [name, join(HERE, `src/${name}.ts`)])),
    outdir: folder,
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    lineLimit: 160,
    sourcemap: true,
    external: ['./store.wasm', 'node:*'],
    define: { COMPONENT: JSON.stringify(component) },
    logLevel: 'warning',
  });
}
