// Clients of npm's redis as an application makes them.

import { createClient } from "redis";
import { password, port, protocol } from "./server.mjs";

export const options = { socket: { port, host: "127.0.0.1" }, password, ...(protocol && { RESP: protocol }) };

const opened = [];

// Nobody listens to its errors: an unexpected one ends the process.
export function connect(more = {}) {
  const client = createClient({ ...options, ...more });
  opened.push(client);
  return client.connect();
}

export function destroyAll() {
  opened.forEach((each) => each.isOpen && each.destroy());
}
