// REST calls through @upstash/redis, unchanged: `node --test check-upstash.mjs`.
//
// STORE_URL and STORE_TOKEN say where the store is; with STORE_SUBSCRIBES=1 messages of channels are checked too.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Redis } from "@upstash/redis";

const { STORE_URL: url, STORE_TOKEN: token, STORE_SUBSCRIBES } = process.env;
const redis = new Redis({ url, token });
beforeEach(() => redis.flushall());

test("values come back as they were given", async () => {
  assert.equal(await redis.set("text", "grüße, 世界 \n\"'\\ \u0000"), "OK");
  assert.equal(await redis.get("text"), "grüße, 世界 \n\"'\\ \u0000");
  await redis.set("object", { a: [1, { b: null }], c: "d" });
  assert.deepEqual(await redis.get("object"), { a: [1, { b: null }], c: "d" });
  await redis.set("number", 0.5);
  assert.equal(await redis.get("number"), 0.5);
  await redis.set("truth", true);
  assert.equal(await redis.get("truth"), true);
  await redis.set("status", "OK");
  assert.equal(await redis.get("status"), "OK");
  await redis.set("empty", "");
  assert.equal(await redis.get("empty"), "");
  assert.equal(await redis.get("absent"), null);
  assert.equal(await redis.ping(), "PONG");
  assert.equal(await redis.echo("PONG"), "PONG");
  const long = "x".repeat(900_000);
  await redis.set("long", long);
  assert.equal(await redis.get("long"), long);
});

test("options, times and counters", async () => {
  assert.equal(await redis.set("k", "v", { ex: 100, nx: true }), "OK");
  assert.equal(await redis.set("k", "w", { nx: true }), null);
  assert.ok((await redis.ttl("k")) > 90);
  assert.equal(await redis.incr("n"), 1);
  assert.equal(await redis.incrby("n", 41), 42);
  assert.equal(await redis.incrbyfloat("n", 0.5), 42.5);
  assert.equal(await redis.del("k", "n", "absent"), 2);
  assert.equal(await redis.exists("k"), 0);
});

test("collections", async () => {
  assert.equal(await redis.hset("h", { name: "Ada", age: 36 }), 2);
  assert.deepEqual(await redis.hgetall("h"), { name: "Ada", age: 36 });
  assert.equal(await redis.hgetall("absent"), null);
  assert.equal(await redis.rpush("l", "a", { b: 1 }, 3), 3);
  assert.deepEqual(await redis.lrange("l", 0, -1), ["a", { b: 1 }, 3]);
  assert.equal(await redis.sadd("s", "a", "b"), 2);
  assert.deepEqual((await redis.smembers("s")).sort(), ["a", "b"]);
  assert.equal(await redis.zadd("z", { score: 1, member: "one" }, { score: 2.5, member: "two" }), 2);
  assert.deepEqual(await redis.zrange("z", 0, -1, { withScores: true }), ["one", 1, "two", 2.5]);
  const id = await redis.xadd("x", "*", { temperature: "21" });
  assert.deepEqual(await redis.xrange("x", "-", "+"), { [id]: { temperature: 21 } });
  await redis.mset(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key:${i}`, i])));
  const found = new Set();
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, { match: "key:*", count: 50 });
    keys.forEach((key) => found.add(key));
    cursor = next;
  } while (cursor !== "0");
  assert.equal(found.size, 300);
});

test("an error is an error", async () => {
  await redis.set("k", "v");
  await assert.rejects(redis.lpush("k", 1), { name: "UpstashError", message: /WRONGTYPE Operation against a key/ });
});

test("a pipeline and a transaction", async () => {
  const pipeline = redis.pipeline().set("a", { x: 1 }).get("a").incr("n").lrange("none", 0, -1);
  assert.deepEqual(await pipeline.exec(), ["OK", { x: 1 }, 1, []]);
  const kept = await redis.pipeline().set("k", "v").lpush("k", 1).get("k").exec({ keepErrors: true });
  assert.equal(kept[0].result, "OK");
  assert.match(kept[1].error, /^WRONGTYPE/);
  assert.equal(kept[2].result, "v");
  assert.deepEqual(await redis.multi().set("t", "v").get("t").incr("n").exec(), ["OK", "v", 2]);
  await assert.rejects(redis.multi().set("u", 1).hdel("u").exec(), { message: /EXECABORT|wrong number/ });
  assert.equal(await redis.exists("u"), 0, "none of it was done");
});

test("commands of one tick are one pipeline, of which each has its own result", async () => {
  const client = new Redis({ url, token, enableAutoPipelining: true });
  const results = await Promise.all([client.set("a", 1), client.incr("b"), client.incr("b"), client.get("absent")]);
  assert.deepEqual(results, ["OK", 1, 2, null]);
});

test("without base64 strings are JSON's own", async () => {
  const client = new Redis({ url, token, responseEncoding: false });
  await client.set("k", "grüße 世界");
  assert.equal(await client.get("k"), "grüße 世界");
  assert.deepEqual(await client.mget("k", "absent"), ["grüße 世界", null]);
});

test("without the token nothing is done", async () => {
  for (const wrong of ["x", `${token}x`, token.slice(1)]) {
    const client = new Redis({ url, token: wrong, retry: false });
    await assert.rejects(client.set("k", "v"), { message: /Unauthorized/ });
    await assert.rejects(client.pipeline().set("k", "v").exec(), { message: /Unauthorized/ });
  }
  assert.equal(await redis.exists("k"), 0);
});

if (STORE_SUBSCRIBES === "1") {
  test("messages of channels and patterns", async () => {
    const subscriber = redis.subscribe(["news", "sport"]);
    const pattern = redis.psubscribe(["ne*"]);
    const [messages, matched] = [[], []];
    const subscribed = { news: 0, patterns: 0 };
    subscriber.on("subscribe", () => subscribed.news++);
    pattern.on("psubscribe", () => subscribed.patterns++);
    subscriber.on("message", ({ channel, message }) => messages.push([channel, message]));
    pattern.on("pmessage", ({ pattern, channel, message }) => matched.push([pattern, channel, message]));
    await until(() => subscribed.news === 2 && subscribed.patterns === 1);
    assert.equal(await redis.publish("news", { a: 1 }), 2);
    assert.equal(await redis.publish("sport", "a,b"), 1);
    await until(() => messages.length === 2 && matched.length === 1);
    assert.deepEqual(messages.sort(), [["news", { a: 1 }], ["sport", "a,b"]]);
    assert.deepEqual(matched, [["ne*", "news", { a: 1 }]]);
    await Promise.all([subscriber.unsubscribe(), pattern.unsubscribe()]);
    await until(async () => (await redis.publish("news", "nobody")) === 0);
  });
}

// Waits until the condition holds. The time is a guard against hanging, not a measure.
async function until(condition) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("it never came to hold");
}
