// `node test/bundlers.mjs <tarball>`: a page built by each bundler, without a plugin, works in Chromium; a Worker that wrangler
// bundles works in workerd. `node test/bundlers.mjs <tarball> vite` takes one of them.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFiles } from './files.mjs';
import { startWorkerd } from './workerd.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const bin = (name) => join(HERE, 'node_modules/.bin', name);

const PAGE = `import { Ferrite } from '@ferritelabs/ferrite-wasm';
const db = new Ferrite();
db.set('greeting', 'hello').then(() => db.get('greeting')).then(
  (value) => (document.title = value),
  (error) => (document.title = String(error)),
);
`;
const HTML = '<!doctype html><title>waiting</title><script type="module" src="./main.js"></script>';

/** What each bundler is given, what it is told, and where it puts the page. */
const BUNDLERS = {
  vite: {
    command: [bin('vite'), 'build', '--logLevel', 'error'],
    out: 'dist',
  },
  webpack: {
    files: { 'src/index.js': "import '../main.js';\n" },
    command: [bin('webpack'), '--mode', 'production', '--entry', './main.js', '--output-path', 'out', '--no-stats'],
    html: HTML,
    out: 'out',
  },
  // esbuild leaves URLs of files alone, so the file is named, with a loader that copies it.
  esbuild: {
    files: {
      'main.js': PAGE.replace('new Ferrite()', 'new Ferrite({ wasm: new URL(wasm, import.meta.url) })').replace(
        '\n',
        "\nimport wasm from '@ferritelabs/ferrite-wasm/store.wasm';\n",
      ),
    },
    command: [bin('esbuild'), 'main.js', '--bundle', '--format=esm', '--loader:.wasm=file', '--outdir=out', '--log-level=error'],
    html: HTML,
    out: 'out',
  },
};

const WORKER = `import { Ferrite } from '@ferritelabs/ferrite-wasm';
const db = new Ferrite();
export default { fetch: async () => new Response(String(await db.incr('visits'))) };
`;

const [tarball, only] = process.argv.slice(2);
if (!tarball || (only && only !== 'wrangler' && !(only in BUNDLERS))) {
  console.error(`usage: node test/bundlers.mjs <tarball> [${[...Object.keys(BUNDLERS), 'wrangler'].join('|')}]`);
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), 'ferrite-bundlers-'));
let failures = 0;
try {
  for (const name of only ? [only] : [...Object.keys(BUNDLERS), 'wrangler']) {
    const place = join(folder, name);
    await mkdir(place);
    await writeFile(join(place, 'package.json'), '{ "private": true, "type": "module" }');
    run(['npm', 'install', '--no-audit', '--no-fund', '--offline', '--silent', tarball], place);
    const seen = await (name === 'wrangler' ? throughWrangler(place) : inPage(place, BUNDLERS[name]));
    const expected = name === 'wrangler' ? '1, 2' : 'hello';
    if (seen !== expected) failures++;
    console.log(seen === expected ? `${name}: works` : `${name}: FAILED, the page says '${seen}'`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);

async function inPage(place, { files = {}, command, html, out }) {
  for (const [file, text] of Object.entries({ 'main.js': PAGE, 'index.html': HTML, ...files })) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
  run(command, place);
  if (html) await writeFile(join(place, out, 'index.html'), html);
  const { chromium } = await import('playwright-core');
  const site = await serveFiles(join(place, out));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    tab.on('pageerror', (error) => console.error(`in the page: ${error}`));
    await tab.goto(`http://127.0.0.1:${site.port}/`);
    await tab.waitForFunction(() => document.title !== 'waiting', undefined, { timeout: 15_000 }).catch(() => undefined);
    return await tab.title();
  } finally {
    await browser.close();
    site.close();
  }
}

/** A dry run writes what would be uploaded; workerd runs just that. */
async function throughWrangler(place) {
  await writeFile(join(place, 'worker.js'), WORKER);
  await writeFile(join(place, 'wrangler.toml'), 'name = "counter"\nmain = "worker.js"\ncompatibility_date = "2025-09-01"\n');
  run([bin('wrangler'), 'deploy', '--dry-run', '--outdir', 'out'], place, { WRANGLER_SEND_METRICS: 'false', CI: '1' });
  const worker = await startWorkerd(join(place, 'out'), 'worker.js');
  try {
    const visit = async () => (await fetch(`http://127.0.0.1:${worker.port}/`)).text();
    return `${await visit()}, ${await visit()}`;
  } finally {
    worker.close();
  }
}

function run([program, ...args], cwd, env = {}) {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
}
