// ioredis, unchanged, against a server: `node --test check-ioredis.mjs` with the server's port in SERVER_PORT.
//
// SERVER_PASSWORD and SERVER_PROTOCOL are told in server.mjs; FUNCTION_COMPONENT is a component of
// `ferrite:udf/function` (top-by-size) where the server can load one.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { after, beforeEach, test } from "node:test";
import { connect, disconnectAll, password } from "./server.mjs";

const { FUNCTION_COMPONENT } = process.env;
const client = connect();
beforeEach(() => client.flushall());
after(disconnectAll);

test("the ready check passes and the client becomes ready", async () => {
  const other = connect({ lazyConnect: true });
  await other.connect();
  assert.equal(other.status, "ready");
  assert.match(String(other.serverInfo?.redis_version ?? (await other.info("server"))), /7\./);
});

test("strings and keys round-trip", async () => {
  assert.equal(await client.set("key", "value", "EX", 100), "OK");
  assert.equal(await client.get("key"), "value");
  assert.equal(await client.set("key", "other", "NX"), null);
  const ttl = await client.ttl("key");
  assert.ok(ttl > 0 && ttl <= 100, `TTL ${ttl}`);
  assert.equal(await client.incr("n"), 1);
  assert.equal(await client.incrbyfloat("n", 1.25), "2.25");
  assert.deepEqual(await client.mget("key", "n", "absent"), ["value", "2.25", null]);
  assert.equal(await client.del("key", "n", "absent"), 2);
  assert.equal(await client.exists("key"), 0);
});

test("values are any bytes", async () => {
  const bytes = Buffer.from(Array.from({ length: 1 << 16 }, (_, i) => (i * 31) & 0xff));
  await client.set(Buffer.from([0, 13, 10, 255]), bytes);
  assert.deepEqual(await client.getBuffer(Buffer.from([0, 13, 10, 255])), bytes);
});

test("a pipeline answers in order and keeps an error in its place", async () => {
  const replies = await client.pipeline().set("text", "abc").incr("text").get("text").exec();
  assert.deepEqual(replies[0], [null, "OK"]);
  assert.equal(replies[1][0].message, "ERR value is not an integer or out of range");
  assert.deepEqual(replies[2], [null, "abc"]);

  const long = client.pipeline();
  for (let i = 0; i < 10_000; i++) long.incr("n");
  assert.deepEqual((await long.exec()).map(([, n]) => n), Array.from({ length: 10_000 }, (_, i) => i + 1));
});

test("a transaction is executed as one", async () => {
  const replies = await client.multi().set("a", 1).incr("a").mget("a", "b").exec();
  assert.deepEqual(replies, [[null, "OK"], [null, 2], [null, ["2", null]]]);
});

test("a watched key that changed aborts the transaction", async () => {
  const other = connect();
  await client.watch("a");
  await other.set("a", "changed");
  assert.equal(await client.multi().set("a", "mine").exec(), null);
  assert.equal(await client.get("a"), "changed");
});

test("automatic pipelining gathers what one tick asked", async () => {
  const auto = connect({ enableAutoPipelining: true });
  const numbers = await Promise.all(Array.from({ length: 1000 }, () => auto.incr("n")));
  assert.deepEqual(numbers.sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i + 1));
});

test("scanStream finds every key", async () => {
  const names = Array.from({ length: 2500 }, (_, i) => `item:${i}`);
  await client.mset(Object.fromEntries(names.map((name) => [name, 1])));
  await client.set("other", 1);
  const found = new Set();
  for await (const page of client.scanStream({ match: "item:*", count: 100 })) page.forEach((key) => found.add(key));
  assert.deepEqual([...found].sort(), names.sort());
});

test("databases are apart", async () => {
  const other = connect({ db: 7 });
  await other.flushdb();
  await client.set("key", "zero");
  assert.equal(await other.get("key"), null);
  assert.equal(await client.move("key", 7), 1);
  assert.equal(await other.get("key"), "zero");
});

test("a client names itself", async () => {
  const named = connect({ connectionName: "checker" });
  assert.equal(await named.client("GETNAME"), "checker");
  assert.match(await client.client("LIST"), new RegExp(`id=${await named.client("ID")} .*name=checker`));
});

test("an unknown command has the text of Redis", async () => {
  await assert.rejects(client.call("NOSUCH", "a", "b"), {
    message: /^ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ?$/,
  });
});

test("a killed client connects again by itself", async () => {
  const other = connect();
  const number = await other.client("ID");
  assert.equal(await client.client("KILL", "ID", number), 1);
  assert.equal(await other.set("key", "after"), "OK");
  assert.notEqual(await other.client("ID"), number);
});

test("a closed port is a connection error", async () => {
  const unused = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => unused.once("listening", resolve));
  const { port } = unused.address();
  await new Promise((resolve) => unused.close(resolve));
  const nobody = connect({ port, lazyConnect: true, retryStrategy: null });
  nobody.on("error", () => {});
  await assert.rejects(nobody.connect());
});

if (password) {
  test("a wrong password is refused", async () => {
    const wrong = connect({ password: "wrong", lazyConnect: true, retryStrategy: null });
    const errors = [];
    wrong.on("error", (error) => errors.push(error.message));
    await assert.rejects(wrong.connect().then(() => wrong.get("key")));
    assert.match(errors.join("\n"), /WRONGPASS invalid username-password pair or user is disabled\./);
  });

  test("a client without a password is told so", async () => {
    const none = connect({ password: undefined, lazyConnect: true, retryStrategy: null });
    none.on("error", () => {});
    await assert.rejects(none.get("key"), { message: /^NOAUTH / });
  });
}

if (FUNCTION_COMPONENT) {
  test("fcall calls a loaded component, alone and in a transaction", async () => {
    const component = await readFile(FUNCTION_COMPONENT);
    const options = ["REPLACE", "PERMISSIONS", "READ", "FUEL", "100000000"];
    assert.equal(await client.call("WASM.LOAD", "top-by-size", component, ...options), "OK");
    for (let size = 1; size <= 20; size++) {
      const section = size % 2 ? "games" : "math";
      await client.set(`pkg:p${size}`, JSON.stringify({ Package: `p${size}`, Section: section, Size: size }));
    }
    const alone = await client.fcall("top-by-size", 0, "games", 3);
    assert.match(JSON.stringify(alone), /p19/);
    assert.deepEqual(await client.call("WASM.CALL", "top-by-size", "ARGS", "games", "3"), alone);
    assert.deepEqual(await client.multi().fcall("top-by-size", 0, "games", 3).exec(), [[null, alone]]);
    await assert.rejects(client.fcall("nosuch", 0), { name: "ReplyError" });
  });
}
