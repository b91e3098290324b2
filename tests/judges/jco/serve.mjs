// Serves the store component, transpiled by jco, over TCP: `node serve.mjs <component> <folder for its JavaScript>`.
// Prints `ready <port>` and runs until its standard input ends.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomFillSync } from 'node:crypto';
import { transpile } from '@bytecodealliance/jco-transpile';

const [component, folder] = process.argv.slice(2);
const engine = await load(component, folder);
const { Session, takeEvents, takeOutbox } = engine.wire;
const clients = new Map();

const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
tick();

/** Writes the component's JavaScript into the folder and instantiates it with a clock and random numbers. */
async function load(component, folder) {
  const options = { name: 'store', instantiation: 'async', wasiShim: false, outDir: folder };
  const { files } = await transpile(component, options);
  for (const [name, bytes] of Object.entries(files)) {
    const path = name.startsWith(folder) ? name : join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const { instantiate } = await import(pathToFileURL(join(folder, 'store.js')));
  const compiled = async (name) => WebAssembly.compile(await readFile(join(folder, name)));
  const environment = {
    nowUs: () => BigInt(Date.now()) * 1000n,
    entropy: () => randomFillSync(new BigUint64Array(1))[0],
  };
  return instantiate(compiled, { 'ferrite:store/environment': environment });
}

/** What every host does with a client: bytes in, replies out, until the engine wants to close. */
function serve(socket) {
  const address = (host, port) => `${host}:${port}`;
  const session = new Session(
    address(socket.remoteAddress, socket.remotePort),
    address(socket.localAddress, socket.localPort),
  );
  const id = session.id();
  let input = Buffer.alloc(0);
  let needed = 1;
  let open = true;
  let parked = false;
  let timer;
  clients.set(id, { socket, deliver });

  socket.on('data', (chunk) => {
    if (!open) return;
    input = input.length === 0 ? chunk : Buffer.concat([input, chunk]);
    if (parked || input.length < needed) return;
    exchange();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    open = false;
    clearTimeout(timer);
    clients.delete(id);
    session[Symbol.dispose ?? Symbol.for('dispose')]();
  });

  function exchange() {
    for (;;) {
      const { consumed, replies, next } = session.exchange(input);
      input = input.subarray(consumed);
      needed = next.tag === 'need' ? next.val : 1;
      parked = next.tag === 'parked';
      clearTimeout(timer);
      if (parked && next.val !== undefined) {
        // A timer of Node's takes at most 2^31 - 1 milliseconds, and may come a moment too early.
        const wait = Number(next.val / 1000n) - Date.now();
        timer = setTimeout(exchange, Math.min(Math.max(1, wait), 2 ** 31 - 1));
      }
      if (replies.length > 0) socket.write(Buffer.from(replies));
      if (next.tag === 'close') {
        open = false;
        socket.end();
      } else if (next.tag === 'host') {
        throw new Error(`the engine wants its host to execute ${next.val.argv}`);
      }
      hand();
      if (next.tag !== 'again') return;
    }
  }

  /** Bytes that another client's turn had for this one. */
  function deliver(bytes) {
    if (bytes.length > 0) socket.write(Buffer.from(bytes));
    if (parked) exchange();
  }
}

/** What a turn left behind for others. */
function hand() {
  for (const { sessions, bytes } of takeOutbox()) {
    for (const id of sessions) clients.get(id)?.deliver(bytes);
  }
  for (const event of takeEvents()) {
    if (event.tag === 'close-session') clients.get(event.val)?.socket.end();
  }
}

/** Maintenance, as often as the engine asks for it. */
function tick() {
  const next = engine.maintenance.tick(1000);
  hand();
  setTimeout(tick, Math.max(1, Number(next / 1000n))).unref();
}
