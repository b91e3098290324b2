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
const { Session, takeEvents } = engine.wire;
const sockets = new Map();

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
  sockets.set(id, socket);

  socket.on('data', (chunk) => {
    if (!open) return;
    input = input.length === 0 ? chunk : Buffer.concat([input, chunk]);
    if (input.length < needed) return;
    exchange();
    for (const event of takeEvents()) {
      if (event.tag === 'close-session') sockets.get(event.val)?.end();
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    open = false;
    sockets.delete(id);
    session[Symbol.dispose ?? Symbol.for('dispose')]();
  });

  function exchange() {
    for (;;) {
      const { consumed, replies, next } = session.exchange(input);
      input = input.subarray(consumed);
      needed = next.tag === 'need' ? next.val : 1;
      if (replies.length > 0) socket.write(Buffer.from(replies));
      if (next.tag === 'close') {
        open = false;
        socket.end();
      } else if (next.tag === 'host') {
        throw new Error(`the engine wants its host to execute ${next.val.argv}`);
      }
      if (next.tag !== 'again') return;
    }
  }
}

/** Maintenance, as often as the engine asks for it. */
function tick() {
  const next = engine.maintenance.tick(1000);
  setTimeout(tick, Math.max(1, Number(next / 1000n))).unref();
}
