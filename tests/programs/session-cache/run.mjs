// Two web servers share the sessions of many users; what one changes the other must see, and what nobody changes it
// must not ask for again.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { serve } from "./web.mjs";

const USERS = 50;
const READS = 20;
const LIFETIME_MS = 600_000;
// A guard against hanging, not a measure.
const PATIENCE_MS = 60_000;

const { REDIS_URL } = process.env;
const [one, two] = await Promise.all([serve(REDIS_URL, LIFETIME_MS), serve(REDIS_URL, LIFETIME_MS)]);
const redis = await createClient({ url: REDIS_URL }).connect();

async function call(server, path, id) {
  const method = path === "/me" ? "GET" : "POST";
  const response = await fetch(server.url + path, { method, headers: id ? { authorization: id } : {} });
  return { status: response.status, ...(await response.json()) };
}

// An invalidation is on its way while the writer has its answer already: the other server sees it soon, not at once.
async function until(condition) {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(2)) if (await condition()) return;
  throw new Error("it never came to hold");
}

const asked = async () => Number(/cmdstat_hgetall:calls=(\d+)/.exec(await redis.info("commandstats"))?.[1] ?? 0);

assert.equal((await call(one, "/me")).status, 401);
assert.equal((await call(one, "/me", "made-up")).status, 401);

// Everybody logs in at one server and is known at the other.
const users = Array.from({ length: USERS }, (_, i) => `user-${i}`);
const ids = await Promise.all(users.map(async (user) => (await call(one, `/login?user=${user}`)).id));
const seen = await Promise.all(ids.map((id) => call(two, "/me", id)));
assert.deepEqual(seen, users.map((user) => ({ status: 200, user, theme: "light" })));

// Reading again asks nobody.
const before = { asked: await asked(), hits: two.sessions.cache.stats().hitCount };
for (let i = 0; i < READS; i++) await Promise.all(ids.map((id) => call(two, "/me", id)));
const saved = { asked: (await asked()) - before.asked, hits: two.sessions.cache.stats().hitCount - before.hits };
assert.deepEqual(saved, { asked: 0, hits: USERS * READS });

// A change at one server is seen at the other, also by an old copy, also when it comes in a transaction.
await Promise.all(ids.map((id) => call(one, "/theme?is=dark", id)));
await until(async () => (await Promise.all(ids.map((id) => call(two, "/me", id)))).every(({ theme }) => theme === "dark"));
assert.ok((await redis.pTTL(`session:${ids[0]}`)) > LIFETIME_MS - PATIENCE_MS);

// Counting on both sides loses nothing.
await Promise.all(Array.from({ length: 100 }, (_, i) => call(i % 2 ? one : two, "/visit", ids[1])));
assert.equal(await redis.hGet(`session:${ids[1]}`, "visits"), "100");

// Logged out at one is logged out at the other, and so is whoever was logged in twice.
assert.equal((await call(two, "/logout", ids[0])).status, 200);
await until(async () => (await call(one, "/me", ids[0])).status === 401);
await until(async () => (await call(two, "/me", ids[0])).status === 401);
const second = (await call(two, "/login?user=user-2")).id;
assert.equal((await call(one, "/me", second)).status, 200);
assert.equal((await call(one, "/logout-everywhere", ids[2])).ended, 2);
for (const id of [ids[2], second]) await until(async () => (await call(two, "/me", id)).status === 401);

// A session that is over is over everywhere, although nobody wrote.
assert.deepEqual([(await call(one, "/me", ids[3])).status, (await call(two, "/me", ids[3])).status], [200, 200]);
await redis.pExpire(`session:${ids[3]}`, 50);
for (const server of [one, two]) await until(async () => (await call(server, "/me", ids[3])).status === 401);

// Emptying the server logs everybody out.
await redis.flushDb();
for (const server of [one, two]) {
  await until(async () => (await Promise.all(ids.map((id) => call(server, "/me", id)))).every(({ status }) => status === 401));
}

console.log(JSON.stringify({ users: USERS, reads: USERS * READS, ...saved }));
for (const server of [one, two]) server.close();
redis.destroy();
