// DUMP and RESTORE through ioredis, unchanged: `node --test check-ioredis-dumps.mjs`.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { connect, disconnectAll } from "./server.mjs";

const client = connect();
beforeEach(() => client.flushall());
after(disconnectAll);

test("values of every type are dumped and restored", async () => {
  await client.hset("h", { a: 1 });
  await client.zadd("z", 1, "a");
  await client.set("s", Buffer.from([0, 255]));
  for (const key of ["h", "z", "s"]) {
    const payload = await client.dumpBuffer(key);
    assert.equal(await client.restore("copy", 0, payload, "REPLACE"), "OK");
    assert.deepEqual(await client.dumpBuffer("copy"), payload);
    await assert.rejects(client.restore("copy", 0, payload), { message: /^BUSYKEY / });
  }
});
