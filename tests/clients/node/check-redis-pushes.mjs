// What the server sends by itself, through npm's redis, unchanged: `node --test check-redis-pushes.mjs`.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { BasicClientSideCache } from "redis";
import { connect, destroyAll } from "./npm-redis.mjs";
import { until } from "./server.mjs";

const client = await connect();
beforeEach(() => client.flushAll());
after(destroyAll);

test("messages of channels, patterns and shards", async () => {
  const subscriber = await connect();
  const received = [];
  const note = (message, channel) => received.push([channel, message]);
  await subscriber.subscribe("news", note);
  await subscriber.pSubscribe("user:*", note);
  await subscriber.sSubscribe("orders", note);
  assert.equal(await client.publish("news", "a"), 1);
  assert.equal(await client.publish("user:7", "b"), 1);
  assert.equal(await client.sPublish("orders", "c"), 1);
  await until(() => received.length === 3);
  assert.deepEqual(received, [["news", "a"], ["user:7", "b"], ["orders", "c"]]);
  await subscriber.unsubscribe("news");
  assert.equal(await client.publish("news", "nobody"), 0);
});

test("monitor shows every command", async () => {
  const monitor = await connect();
  const shown = [];
  await monitor.monitor((line) => shown.push(line));
  await client.set("key", "two words");
  await until(() => shown.length > 0);
  assert.match(shown[0], /^\d+\.\d{6} \[0 127\.0\.0\.1:\d+\] "SET" "key" "two words"$/);
});

test("a client-side cache answers until another writes", async () => {
  const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 100 });
  const cached = await connect({ RESP: 3, clientSideCache: cache });
  await client.set("key", "old");
  for (let i = 0; i < 10; i++) assert.equal(await cached.get("key"), "old");
  assert.deepEqual([cache.stats().hitCount, cache.stats().missCount], [9, 1]);
  await client.set("key", "new");
  await until(async () => (await cached.get("key")) === "new");
  await client.hSet("h", "a", "1");
  assert.deepEqual({ ...(await cached.hGetAll("h")) }, { a: "1" });
  await client.multi().hSet("h", "a", "2").exec();
  await until(async () => (await cached.hGet("h", "a")) === "2" && (await cached.hGetAll("h")).a === "2");
  await client.flushAll();
  await until(async () => (await cached.get("key")) === null);
});
