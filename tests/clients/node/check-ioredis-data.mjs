// Every data type, blocking commands and streams through ioredis, unchanged: `node --test check-ioredis-data.mjs`.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { blockedClients, connect, disconnectAll, until } from "./server.mjs";

const client = connect();
beforeEach(() => client.flushall());
after(disconnectAll);

test("hashes", async () => {
  assert.equal(await client.hset("h", { name: "Ada", age: 36 }), 2);
  assert.deepEqual(await client.hgetall("h"), { name: "Ada", age: "36" });
  assert.deepEqual(await client.hgetall("absent"), {});
  assert.deepEqual(await client.hmget("h", "age", "absent"), ["36", null]);
  assert.equal(await client.hincrby("h", "age", 1), 37);
  assert.equal(await client.hincrbyfloat("h", "age", 0.5), "37.5");
  const fields = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`field:${i}`, String(i)]));
  await client.hset("large", fields);
  const found = {};
  for await (const page of client.hscanStream("large", { count: 50 })) {
    for (let i = 0; i < page.length; i += 2) found[page[i]] = page[i + 1];
  }
  assert.deepEqual(found, fields);
});

test("lists", async () => {
  assert.equal(await client.rpush("l", "a", "b", "c", "d"), 4);
  assert.equal(await client.lpop("l"), "a");
  assert.deepEqual(await client.rpop("l", 2), ["d", "c"]);
  assert.equal(await client.linsert("l", "AFTER", "b", "x"), 2);
  assert.equal(await client.lmove("l", "m", "LEFT", "RIGHT"), "b");
  assert.deepEqual(await client.lmpop(2, "none", "l", "RIGHT"), ["l", ["x"]]);
  await assert.rejects(client.hget("m", "f"), { message: /^WRONGTYPE Operation against a key/ });
  const items = Array.from({ length: 3000 }, (_, i) => `${i}:${"x".repeat(i % 90)}`);
  await client.rpush("long", ...items);
  assert.deepEqual(await client.lrange("long", 0, -1), items);
});

test("sets", async () => {
  assert.equal(await client.sadd("a", 1, 2, 3), 3);
  assert.equal(await client.sadd("b", 2, 3, 4), 3);
  assert.deepEqual((await client.sinter("a", "b")).sort(), ["2", "3"]);
  assert.deepEqual((await client.sunion("a", "b")).sort(), ["1", "2", "3", "4"]);
  assert.deepEqual(await client.sdiff("a", "b"), ["1"]);
  assert.deepEqual(await client.smismember("a", 1, 9), [1, 0]);
  assert.equal(await client.sintercard(2, "a", "b"), 2);
  const members = Array.from({ length: 1500 }, (_, i) => `member:${i}`);
  await client.sadd("large", ...members);
  const found = new Set();
  for await (const page of client.sscanStream("large")) page.forEach((member) => found.add(member));
  assert.deepEqual([...found].sort(), members.sort());
});

test("sorted sets", async () => {
  assert.equal(await client.zadd("z", 1, "a", 2.5, "b", 3, "c"), 3);
  assert.equal(await client.zscore("z", "b"), "2.5");
  assert.equal(await client.zincrby("z", 10, "a"), "11");
  assert.deepEqual(await client.zrange("z", 0, -1), ["b", "c", "a"]);
  assert.deepEqual(await client.zrange("z", 0, 1, "WITHSCORES"), ["b", "2.5", "c", "3"]);
  assert.deepEqual(await client.zrevrangebyscore("z", "+inf", "(3"), ["a"]);
  assert.equal(await client.zrevrank("z", "a"), 0);
  assert.equal(await client.zunionstore("u", 2, "z", "z", "WEIGHTS", 1, 2), 3);
  assert.deepEqual(await client.zpopmax("u"), ["a", "33"]);
  const arguments_ = Array.from({ length: 1500 }, (_, i) => [i, `member:${String(i).padStart(4, "0")}`]);
  await client.zadd("large", ...arguments_.flat());
  assert.deepEqual(await client.zrange("large", 700, 702), ["member:0700", "member:0701", "member:0702"]);
  const found = new Set();
  for await (const page of client.zscanStream("large")) page.forEach((each, i) => i % 2 || found.add(each));
  assert.equal(found.size, 1500);
});

test("bits, counts and places", async () => {
  assert.equal(await client.setbit("b", 7, 1), 0);
  assert.equal(await client.bitcount("b"), 1);
  assert.deepEqual(await client.bitfield("b", "SET", "u8", 0, 255, "GET", "u4", 0), [1, 15]);
  assert.equal(await client.pfadd("p", "a", "b", "c"), 1);
  assert.equal(await client.pfcount("p"), 3);
  assert.equal(await client.geoadd("g", 13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"), 2);
  assert.equal(await client.geodist("g", "Palermo", "Catania", "km"), "166.2742");
  const near = await client.geosearch("g", "FROMLONLAT", 15, 37, "BYRADIUS", 100, "km", "ASC");
  assert.deepEqual(near, ["Catania"]);
});

test("streams and their groups", async () => {
  const first = await client.xadd("x", "*", "a", 1);
  const second = await client.xadd("x", "MAXLEN", "~", 1000, "*", "a", 2, "b", 3);
  assert.deepEqual(await client.xrange("x", "-", "+"), [[first, ["a", "1"]], [second, ["a", "2", "b", "3"]]]);
  assert.deepEqual(await client.xread("COUNT", 1, "STREAMS", "x", 0), [["x", [[first, ["a", "1"]]]]]);
  assert.equal(await client.xread("STREAMS", "x", "$"), null);
  assert.equal(await client.xgroup("CREATE", "x", "g", 0), "OK");
  const entries = [[first, ["a", "1"]], [second, ["a", "2", "b", "3"]]];
  assert.deepEqual(await client.xreadgroup("GROUP", "g", "ada", "STREAMS", "x", ">"), [["x", entries]]);
  assert.equal(await client.xack("x", "g", first), 1);
  assert.deepEqual(await client.xpending("x", "g"), [1, second, second, [["ada", "1"]]]);
  assert.deepEqual(await client.xautoclaim("x", "g", "bob", 0, 0), ["0-0", [[second, ["a", "2", "b", "3"]]], []]);
});

test("what waits is woken by another client", async () => {
  const [one, two] = [connect(), connect()];
  const popped = one.blpop("a", "b", 30);
  await until(async () => (await blockedClients(client)) === 1);
  await client.rpush("b", "x");
  assert.deepEqual(await popped, ["b", "x"]);

  const best = one.bzpopmax("z", 30);
  const entry = two.xread("BLOCK", 30_000, "STREAMS", "x", "$");
  await until(async () => (await blockedClients(client)) === 2);
  const replies = await client.multi().zadd("z", 1, "a", 2, "b").xadd("x", "1-1", "k", "v").exec();
  assert.deepEqual(replies, [[null, 2], [null, "1-1"]]);
  assert.deepEqual(await best, ["z", "b", "2"]);
  assert.deepEqual(await entry, [["x", [["1-1", ["k", "v"]]]]]);
  assert.equal(await one.blpop("nothing", 0.01), null);
});
