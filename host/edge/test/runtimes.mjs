// The runtimes in which the package is tested: how each is started in a project that has the package installed.

import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const FILES = ['harness.mjs', 'suites.mjs', 'store.test.mjs', 'commands.test.mjs'];

/** A runtime: `suites` runs them and returns their results, `serve` speaks RESP on a port until `close` is called. */
export const RUNTIMES = {
  node: script([process.execPath]),
  bun: script([join(dirname(require.resolve('bun/package.json')), '../.bin/bun')]),
  deno: script([join(dirname(require.resolve('deno/package.json')), '../.bin/deno'), 'run', '--allow-all']),
  workerd: { suites: suitesInWorkerd, serve: serveWorkerd },
  chromium: { suites: suitesInChromium, serve: serveChromium },
};

/** An empty project with the package of the tarball and the suites in it. */
export async function project(folder, install) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await install(folder);
  for (const file of FILES) await cp(join(HERE, file), join(folder, file));
  for (const file of ['node.mjs', 'serve.mjs', 'workerd.mjs', 'workerd.capnp', 'browser.mjs']) {
    await cp(join(HERE, 'runtimes', file), join(folder, file));
  }
}

/** Runtimes that have files and sockets as Node has them. */
function script(command) {
  return {
    suites: async (folder) => JSON.parse(await output([...command, 'node.mjs'], folder)),
    serve: async (folder) => {
      const child = start([...command, 'serve.mjs'], folder);
      const port = Number((await firstLine(child)).slice('ready '.length));
      return { port, close: () => child.kill() };
    },
  };
}

async function workerd(folder) {
  await build({
    entryPoints: [join(folder, 'workerd.mjs')],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['./store.wasm'],
    logLevel: 'warning',
  });
  await cp(join(folder, 'node_modules/@ferritelabs/ferrite-wasm/dist/store.wasm'), join(folder, 'store.wasm'));
  const program = join(dirname(require.resolve('workerd/package.json')), '../.bin/workerd');
  const child = spawn(program, ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const port = await new Promise((resolve, reject) => {
    let told = '';
    child.stdio[3].on('data', (chunk) => {
      told += chunk;
      const port = /"event":"listen","socket":"http","port":(\d+)/.exec(told)?.[1];
      if (port) resolve(Number(port));
    });
    child.on('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
  });
  return { port, close: () => child.kill() };
}

async function suitesInWorkerd(folder) {
  const worker = await workerd(folder);
  try {
    const results = [];
    for (const place of ['worker', 'object']) {
      const response = await fetch(`http://127.0.0.1:${worker.port}/${place}`);
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`);
      for (const { name, error } of await response.json()) results.push({ name: `${place}: ${name}`, error });
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
  const { createServer } = await import('node:net');
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

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

/** The files of a folder, over HTTP. */
export async function serveFiles(folder) {
  const server = createServer(async ({ url }, response) => {
    const path = new URL(url, 'http://host').pathname;
    try {
      const bytes = await readFile(join(folder, path.endsWith('/') ? `${path}index.html` : path));
      response.writeHead(200, { 'content-type': TYPES[extname(path) || '.html'] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => server.close() };
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
