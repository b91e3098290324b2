// What the server sends by itself, through ioredis, unchanged: `node --test check-ioredis-pushes.mjs`.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { connect, disconnectAll, until } from "./server.mjs";

const client = connect();
beforeEach(() => client.flushall());
after(disconnectAll);

// What a subscriber receives, as it comes: the arguments of its event.
function received(subscriber, event) {
  const all = [];
  subscriber.on(event, (...message) => all.push(message));
  return all;
}

test("a channel delivers to its subscribers", async () => {
  const subscriber = connect();
  const messages = received(subscriber, "message");
  assert.equal(await subscriber.subscribe("news", "sport"), 2);
  assert.equal(await client.publish("news", "first"), 1);
  for (let i = 0; i < 100; i++) client.publish("sport", String(i));
  await until(() => messages.length === 101);
  assert.deepEqual(messages, [["news", "first"], ...Array.from({ length: 100 }, (_, i) => ["sport", String(i)])]);
  assert.deepEqual((await client.pubsub("CHANNELS")).sort(), ["news", "sport"]);
  assert.deepEqual(await client.pubsub("NUMSUB", "news", "none"), ["news", 1, "none", 0]);
  assert.equal(await subscriber.unsubscribe(), 0);
  assert.equal(await client.publish("news", "nobody"), 0);
  assert.equal(await subscriber.get("key"), null);
});

test("a pattern delivers what matches", async () => {
  const subscriber = connect();
  const messages = received(subscriber, "pmessage");
  await subscriber.psubscribe("user:?", "user:*");
  assert.equal(await client.publish("user:1", "x"), 2);
  assert.equal(await client.publish("user:10", "y"), 1);
  await until(() => messages.length === 3);
  const expected = [["user:*", "user:1", "x"], ["user:*", "user:10", "y"], ["user:?", "user:1", "x"]];
  assert.deepEqual(messages.sort(), expected);
});

test("sharded channels", async () => {
  const subscriber = connect();
  const messages = received(subscriber, "smessage");
  assert.equal(await subscriber.ssubscribe("orders"), 1);
  assert.equal(await client.spublish("orders", "one"), 1);
  await until(() => messages.length === 1);
  assert.deepEqual(messages, [["orders", "one"]]);
});

test("subscriptions survive a lost connection", async () => {
  const subscriber = connect();
  const messages = received(subscriber, "message");
  const number = await subscriber.client("ID");
  await subscriber.subscribe("news");
  assert.equal(await client.client("KILL", "ID", number), 1);
  await until(() => client.publish("news", "back"));
  await until(() => messages.length > 0);
  assert.deepEqual(messages[0], ["news", "back"]);
});

test("changes of keys are told", async () => {
  await client.config("SET", "notify-keyspace-events", "Ex$g");
  const subscriber = connect();
  const messages = received(subscriber, "pmessage");
  await subscriber.psubscribe("__keyevent@*__:*");
  await client.set("a", 1);
  await client.rename("a", "b");
  await client.pexpire("b", 1);
  await until(async () => {
    await client.exists("b");
    return messages.some(([, channel]) => channel === "__keyevent@0__:expired");
  });
  const events = messages.map(([, channel, key]) => `${channel.split(":")[1]} ${key}`);
  assert.deepEqual(events, ["set a", "rename_from a", "rename_to b", "expire b", "expired b"]);
  await client.config("SET", "notify-keyspace-events", "");
});

test("monitor shows every command", async () => {
  const monitor = await client.monitor();
  const shown = received(monitor, "monitor");
  await connect({ db: 3 }).set("key", "two words");
  await until(() => shown.some(([, command]) => command[0].toLowerCase() === "set"));
  const [time, command, source, database] = shown.find(([, command]) => command[0].toLowerCase() === "set");
  assert.deepEqual([command.slice(1), database], [["key", "two words"], "3"]);
  assert.match(source, /^127\.0\.0\.1:\d+$/);
  assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60);
  monitor.disconnect();
});
