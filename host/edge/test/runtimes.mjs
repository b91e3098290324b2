// The runtimes in which the package is tested: how each is started in a project that has the package installed.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { serveFiles } from './files.mjs';
import { startWorkerd } from './workerd.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const TESTS = ['store', 'commands', 'functions', 'snapshots', 'wave'];
const SUITES = ['harness.mjs', 'suites.mjs', ...TESTS.map((name) => `${name}.test.mjs`)];
const PROGRAMS = ['node.mjs', 'serve.mjs', 'workerd.mjs', 'browser.mjs'];

/**
 * A runtime: `target` is what its functions are bundled for, `suites` runs the suites and returns their results, `serve` speaks
 * RESP on a port until `close` is called. `entry` is the package's, where it is not the one that the place chooses.
 */
export const RUNTIMES = {
  node: script('node', [process.execPath]),
  /** The smaller build, in Node. */
  core: { ...script('node', [process.execPath]), entry: '/core' },
  bun: script('node', [join(dirname(require.resolve('bun/package.json')), '../.bin/bun')]),
  deno: script('deno', [join(dirname(require.resolve('deno/package.json')), '../.bin/deno'), 'run', '--allow-all']),
  workerd: { target: 'workers', suites: suitesInWorkerd, serve: serveWorkerd },
  chromium: { target: 'web', suites: suitesInChromium, serve: serveChromium },
};

/**
 * An empty project with the package of a tarball, and the suites and example functions in it. The functions are those of the
 * folder FERRITE_EDGE_FUNCTIONS; without it, of the folder where `cargo components` puts them.
 */
export async function project(folder, runtime, tarball) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run('npm', ['install', '--no-audit', '--no-fund', '--offline', '--silent', tarball], folder);
  for (const file of SUITES) await cp(join(HERE, file), join(folder, file));
  for (const file of PROGRAMS) {
    const text = await readFile(join(HERE, 'runtimes', file), 'utf8');
    const entry = `'@ferritelabs/ferrite-wasm${RUNTIMES[runtime].entry ?? ''}'`;
    await writeFile(join(folder, file), text.replaceAll("'@ferritelabs/ferrite-wasm'", entry));
  }
  // A snapshot of the server's, with what is in it, when there is one: { file, keys }.
  const snapshot = process.env.FERRITE_EDGE_SNAPSHOT ? await readFile(process.env.FERRITE_EDGE_SNAPSHOT, 'utf8') : 'null';
  await writeFile(join(folder, 'snapshot.mjs'), `export const snapshot = ${snapshot};\n`);
  const components = process.env.FERRITE_EDGE_FUNCTIONS ?? join(HERE, '../../../target/components');
  const files = FUNCTIONS.map((name) => join(components, `${name}.wasm`));
  // The guest with functions of every type is no example: only who builds it for this has it there.
  const typed = join(components, 'typed.wasm');
  if (existsSync(typed)) files.push(typed);
  const udfs = files.flatMap((file) => ['--udf', file]);
  const out = ['--target', RUNTIMES[runtime].target, '--out', join(folder, 'functions')];
  run(process.execPath, [join(HERE, '../dist/cli.js'), 'bundle', ...udfs, ...out], folder);
  await internals(join(folder, 'wave.mjs'));
}

/** What of the package no user sees, and has tests of its own. */
async function internals(outfile) {
  const parts = { readWave: 'read', writeWave: 'write', WaveError: 'parser' };
  const contents = Object.entries(parts).map(([name, file]) => `export { ${name} } from './${file}.js';`).join('\n');
  const resolveDir = join(HERE, '../src/functions/typed');
  await build({ stdin: { contents, resolveDir, loader: 'ts' }, outfile, bundle: true, format: 'esm', logLevel: 'warning' });
}

/** The examples of the guest SDK. */
export const FUNCTIONS = ['filter', 'leaderboard', 'pricing', 'rate-limit', 'stock', 'top-by-size', 'total'];

/** Runtimes that have files and sockets as Node has them. */
function script(target, command) {
  return {
    target,
    suites: async (folder) => JSON.parse(await output([...command, 'node.mjs'], folder)),
    serve: async (folder) => {
      const child = start([...command, 'serve.mjs'], folder);
      const port = Number((await firstLine(child)).slice('ready '.length));
      return { port, close: () => child.kill() };
    },
  };
}

/** The suites' Worker, with a Durable Object. */
async function workerd(folder) {
  const out = join(folder, 'functions');
  await build({
    entryPoints: [join(folder, 'workerd.mjs')],
    outfile: join(out, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*.wasm'],
    logLevel: 'warning',
  });
  await cp(join(folder, 'node_modules/@ferritelabs/ferrite-wasm/dist/store.wasm'), join(out, 'store.wasm'));
  return startWorkerd(out, 'worker.js', true);
}

async function suitesInWorkerd(folder) {
  const worker = await workerd(folder);
  try {
    const results = [];
    for (const place of ['worker', 'object']) {
      const response = await fetch(`http://127.0.0.1:${worker.port}/${place}`);
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`);
      for (const result of await response.json()) results.push({ ...result, name: `${place}: ${result.name}` });
    }
    const count = async () => Number(await (await fetch(`http://127.0.0.1:${worker.port}/count`)).text());
    const [first, second] = [await count(), await count()];
    results.push({ name: 'a store in global scope outlives its request', error: second === first + 1 ? null : `${first}, ${second}` });
    return results;
  } finally {
    worker.close();
  }
}

async function serveWorkerd(folder) {
  const { WebSocket } = await import('ws');
  const worker = await workerd(folder);
  const bridge = await tcpBridge((socket) => {
    const far = new WebSocket(`ws://127.0.0.1:${worker.port}/wire`);
    far.on('open', () => pipe(socket, far));
    far.on('error', () => socket.destroy());
  });
  return { port: bridge.port, close: () => [bridge.close(), worker.close()] };
}

/** A page in Debian's Chromium that has the suites, bundled as esbuild does it. */
async function page(folder) {
  const { chromium } = await import('playwright-core');
  await build({
    entryPoints: [join(folder, 'browser.mjs')],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'warning',
  });
  await cp(join(folder, 'node_modules/@ferritelabs/ferrite-wasm/dist/store.wasm'), join(folder, 'store.wasm'));
  // esbuild leaves URLs as they are: the files are where the page looks for them.
  await cp(join(folder, 'functions'), folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>tests</title><script type="module" src="page.js"></script>');
  const site = await serveFiles(folder);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => console.error(`in the page: ${error}`));
  await tab.goto(`http://127.0.0.1:${site.port}/`);
  await tab.waitForFunction(() => 'runSuites' in globalThis);
  return { tab, close: () => Promise.all([browser.close(), site.close()]) };
}

async function suitesInChromium(folder) {
  const { tab, close } = await page(folder);
  try {
    return await tab.evaluate(() => globalThis.runSuites());
  } finally {
    await close();
  }
}

async function serveChromium(folder) {
  const { WebSocketServer } = await import('ws');
  const { tab, close } = await page(folder);
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => sockets.once('listening', resolve));
  const waiting = new Map();
  let control;
  sockets.on('connection', (far, request) => {
    if (request.url === '/control') return void (control = far);
    const number = request.url.slice('/client/'.length);
    // Its first message says that the page listens.
    far.once('message', () => {
      const socket = waiting.get(number);
      waiting.delete(number);
      pipe(socket, far);
    });
  });
  await tab.evaluate((address) => globalThis.serveWire(address), `ws://127.0.0.1:${sockets.address().port}`);
  let clients = 0;
  const bridge = await tcpBridge((socket) => {
    const number = String(clients++);
    waiting.set(number, socket);
    control.send(number);
  });
  return { port: bridge.port, close: () => [bridge.close(), sockets.close(), close()] };
}

/** A TCP server on a free port of this machine. */
async function tcpBridge(connect) {
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    connect(socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => server.close() };
}

/** Bytes both ways, and the end of one is the end of the other. */
function pipe(socket, far) {
  far.on('message', (bytes) => socket.write(bytes));
  far.on('close', () => socket.end());
  socket.on('data', (bytes) => far.send(bytes));
  socket.on('close', () => far.close());
  socket.resume();
}

function run(program, args, cwd) {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function start([program, ...args], folder) {
  return spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function output(command, folder) {
  const child = start(command, folder);
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${text}`);
  return text;
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.on('exit', (code) => reject(new Error(`it ended with ${code} before it was ready`)));
  });
}
