// The server that the checks are about, and ioredis clients of it as an application makes them.
//
// SERVER_PORT is its port, SERVER_PASSWORD the password where it asks for one, SERVER_PROTOCOL 2 or 3 (else the client's own).

import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

const { SERVER_PORT, SERVER_PASSWORD, SERVER_PROTOCOL } = process.env;

export const port = Number(SERVER_PORT);
export const password = SERVER_PASSWORD || undefined;
export const protocol = SERVER_PROTOCOL ? Number(SERVER_PROTOCOL) : undefined;

const opened = [];

// Everything stays on: the ready check, reconnecting, the offline queue.
export function connect(options = {}) {
  const client = new Redis({ port, password, ...(protocol && { protocol }), ...options });
  opened.push(client);
  return client;
}

export function disconnectAll() {
  opened.forEach((each) => each.disconnect());
}

// Waits until the condition holds, and gives what it gave. The time is a guard against hanging, not a measure.
export async function until(condition) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(2)) {
    const found = await condition();
    if (found) return found;
  }
  throw new Error("it never came to hold");
}

// How many clients wait in a blocking command.
export async function blockedClients(client) {
  return Number(/blocked_clients:(\d+)/.exec(await client.info("clients"))[1]);
}
