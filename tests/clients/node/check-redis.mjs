// npm's redis, unchanged, against a server: `node --test check-redis.mjs` with the server's port in SERVER_PORT.
//
// SERVER_PASSWORD and SERVER_PROTOCOL are told in server.mjs.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { RESP_TYPES, createClientPool } from "redis";
import { connect, destroyAll, options } from "./npm-redis.mjs";
import { protocol, until } from "./server.mjs";

const client = await connect();
beforeEach(() => client.flushAll());
after(destroyAll);

const blocked = async () => Number(/blocked_clients:(\d+)/.exec(await client.info("clients"))[1]);

test("strings, keys and times to live", async () => {
  assert.equal(await client.set("key", "value", { expiration: { type: "EX", value: 100 } }), "OK");
  assert.equal(await client.set("key", "other", { condition: "NX" }), null);
  assert.equal(await client.get("key"), "value");
  const ttl = await client.ttl("key");
  assert.ok(ttl > 0 && ttl <= 100, `TTL ${ttl}`);
  assert.equal(await client.incrBy("n", 41), 41);
  assert.deepEqual(await client.mGet(["key", "absent"]), ["value", null]);
  assert.equal(await client.del(["key", "n"]), 2);
  const bytes = Buffer.from(Array.from({ length: 1 << 16 }, (_, i) => (i * 31) & 0xff));
  await client.set("bytes", bytes);
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  assert.deepEqual(await binary.get("bytes"), bytes);
  await assert.rejects(client.incr("bytes"), { message: "ERR value is not an integer or out of range" });
});

test("hashes, lists and sets", async () => {
  assert.equal(await client.hSet("h", { name: "Ada", age: 36 }), 2);
  assert.deepEqual({ ...(await client.hGetAll("h")) }, { name: "Ada", age: "36" });
  assert.equal(await client.hIncrByFloat("h", "age", 0.5), "36.5");
  assert.equal(await client.rPush("l", ["a", "b", "c"]), 3);
  assert.deepEqual(await client.lRange("l", 0, -1), ["a", "b", "c"]);
  assert.equal(await client.lMove("l", "m", "RIGHT", "LEFT"), "c");
  assert.deepEqual(await client.lmPop("l", "LEFT", { COUNT: 5 }), ["l", ["a", "b"]]);
  assert.equal(await client.sAdd("s", ["1", "2", "3"]), 3);
  assert.deepEqual(await client.smIsMember("s", ["2", "9"]), [1, 0]);
  assert.deepEqual((await client.sMembers("s")).sort(), ["1", "2", "3"]);
  await assert.rejects(client.lPush("h", "x"), { message: /^WRONGTYPE / });
});

test("sorted sets", async () => {
  const members = [{ score: 1, value: "a" }, { score: 2.5, value: "b" }, { score: Infinity, value: "c" }];
  assert.equal(await client.zAdd("z", members), 3);
  assert.deepEqual(await client.zRangeWithScores("z", 0, -1), members);
  assert.equal(await client.zScore("z", "b"), 2.5);
  assert.deepEqual(await client.zRange("z", "(1", "+inf", { BY: "SCORE" }), ["b", "c"]);
  assert.equal(await client.zRevRank("z", "c"), 0);
  assert.equal(await client.zUnionStore("u", [{ key: "z", weight: 2 }, { key: "s", weight: 1 }]), 3);
  assert.deepEqual(await client.zPopMin("u"), { value: "a", score: 2 });
});

test("scan iterators find everything", async () => {
  const names = Array.from({ length: 2500 }, (_, i) => `item:${i}`);
  await client.mSet(names.map((name) => [name, "1"]));
  await client.set("other", "1");
  const found = new Set();
  for await (const keys of client.scanIterator({ MATCH: "item:*", COUNT: 100 })) [].concat(keys).forEach((key) => found.add(key));
  assert.deepEqual([...found].sort(), names.sort());
  await client.hSet("h", Object.fromEntries(names.map((name, i) => [name, i])));
  const fields = new Set();
  for await (const page of client.hScanIterator("h")) page.forEach(({ field }) => fields.add(field));
  assert.equal(fields.size, 2500);
});

test("bits, counts and places", async () => {
  assert.equal(await client.setBit("b", 7, 1), 0);
  assert.equal(await client.bitCount("b"), 1);
  assert.equal(await client.pfAdd("p", ["a", "b", "c"]), 1);
  assert.equal(await client.pfCount("p"), 3);
  const places = [["Palermo", 13.361389, 38.115556], ["Catania", 15.087269, 37.502669]];
  await client.geoAdd("g", places.map(([member, longitude, latitude]) => ({ member, longitude, latitude })));
  assert.equal(Number(await client.geoDist("g", "Palermo", "Catania", "km")), 166.2742);
  const near = await client.geoSearch("g", { longitude: 15, latitude: 37 }, { radius: 100, unit: "km" });
  assert.deepEqual(near, ["Catania"]);
});

test("streams and their groups", async () => {
  const first = await client.xAdd("x", "*", { a: "1" });
  const second = await client.xAdd("x", "*", { a: "2" });
  assert.deepEqual((await client.xRange("x", "-", "+")).map(({ id }) => id), [first, second]);
  assert.equal(await client.xGroupCreate("x", "g", "0"), "OK");
  const read = await client.xReadGroup("g", "ada", { key: "x", id: ">" }, { COUNT: 1 });
  // In RESP3 the client leaves this reply as it came: a map.
  const ids = protocol === 3 ? read.x.map(([id]) => id) : read.find(({ name }) => name === "x").messages.map(({ id }) => id);
  assert.deepEqual(ids, [first]);
  const { nextId, messages } = await client.xAutoClaim("x", "g", "bob", 0, "0");
  assert.deepEqual([nextId, messages.map(({ id }) => id)], ["0-0", [first]]);
  assert.equal(await client.xAck("x", "g", first), 1);
  assert.equal((await client.xInfoGroups("x"))[0].lag, 1);
});

test("transactions and pipelines", async () => {
  assert.deepEqual(await client.multi().set("a", "1").incr("a").mGet(["a", "b"]).exec(), ["OK", 2, ["2", null]]);
  const numbers = await Promise.all(Array.from({ length: 5000 }, () => client.incr("n")));
  assert.deepEqual(numbers, Array.from({ length: 5000 }, (_, i) => i + 1));
  const other = await connect();
  await other.watch("a");
  await client.set("a", "changed");
  await assert.rejects(other.multi().set("a", "mine").exec(), { name: "Error", message: /watched keys has been changed/ });
});

test("a pool shares its connections", async () => {
  const pool = await createClientPool(options, { minimum: 4, maximum: 4 }).connect();
  try {
    await Promise.all(Array.from({ length: 200 }, () => pool.incr("n")));
    assert.equal(await client.get("n"), "200");
    // What waits has a connection of the pool to itself.
    const waiting = pool.execute((isolated) => isolated.blPop("l", 30));
    await until(async () => (await blocked()) === 1);
    await pool.rPush("l", "x");
    assert.deepEqual({ ...(await waiting) }, { key: "l", element: "x" });
  } finally {
    await pool.close();
  }
});

test("a blocking pop waits on a connection of its own", async () => {
  const isolated = await connect();
  const waiting = isolated.bzPopMin(["y", "z"], 30);
  await until(async () => (await blocked()) === 1);
  await client.multi().zAdd("z", [{ score: 2, value: "b" }, { score: 1, value: "a" }]).exec();
  assert.deepEqual({ ...(await waiting) }, { key: "z", value: "a", score: 1 });
  assert.equal(await isolated.blPop("nothing", 0.01), null);
});

test("an unknown command has the text of Redis", async () => {
  await assert.rejects(client.sendCommand(["NOSUCH", "a"]), {
    message: /^ERR unknown command 'NOSUCH', with args beginning with: 'a' ?$/,
  });
});
