// A Worker and a Durable Object for the tests: `/worker` and `/object` run the suites, `/wire` speaks RESP over a WebSocket.

import { Ferrite, FerriteError } from '@ferritelabs/ferrite-wasm';
import { functions } from './functions/index.js';
import { runSuites } from './harness.mjs';
import { snapshot } from './snapshot.mjs';
import { SUITES } from './suites.mjs';

const suites = async () => Response.json(await runSuites(SUITES, { Ferrite, FerriteError, functions, snapshot }));

// In global scope, where a Worker may do nothing: the first request loads it.
const db = new Ferrite();

export class Store {
  // The transcripts ask for Redis' own default.
  #db = new Ferrite({ functions, maxMemory: 0 });

  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname === '/wire') return wire(this.#db);
    return suites();
  }
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/worker') return suites();
    if (pathname === '/count') return new Response(String(await db.execute('INCR', 'requests')));
    return env.STORE.get(env.STORE.idFromName('one')).fetch(request);
  },
};

/** Bytes of the WebSocket are a client's, and what the store answers goes back. */
async function wire(db) {
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  const session = await db.wire({
    onReplies: (bytes) => server.send(bytes),
    onClose: () => server.close(1000),
  });
  server.addEventListener('message', ({ data }) => session.send(new Uint8Array(data)));
  server.addEventListener('close', () => session.close());
  return new Response(null, { status: 101, webSocket: client });
}
