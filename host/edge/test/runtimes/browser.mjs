// The page for the tests: runs the suites, or serves RESP to whoever holds the other end of a WebSocket.

import { Ferrite, FerriteError } from '@ferritelabs/ferrite-wasm';
import { functions } from './functions/index.js';
import { runSuites } from './harness.mjs';
import { snapshot } from './snapshot.mjs';
import { SUITES } from './suites.mjs';

globalThis.runSuites = () => runSuites(SUITES, { Ferrite, FerriteError, functions, snapshot });

/** One store, and a WebSocket for each of its clients: `open <number>` on the control socket asks for another. */
globalThis.serveWire = async (address) => {
  const db = await new Ferrite({ functions }).ready();
  const control = new WebSocket(`${address}/control`);
  control.onmessage = ({ data: number }) => {
    const socket = new WebSocket(`${address}/client/${number}`);
    socket.binaryType = 'arraybuffer';
    socket.onopen = async () => {
      const session = await db.wire({ onReplies: (bytes) => socket.send(bytes), onClose: () => socket.close() });
      socket.onmessage = ({ data }) => session.send(new Uint8Array(data));
      socket.onclose = () => session.close();
      socket.send(new Uint8Array());
    };
  };
  await new Promise((resolve) => (control.onopen = resolve));
};
