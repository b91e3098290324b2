"""DUMP and RESTORE through redis-py."""

import redis

from server import Case, connect


class Dumps(Case):
    def content(self, key):
        """What a key of any type holds."""
        read = {
            b"string": self.client.get,
            b"hash": self.client.hgetall,
            b"list": lambda key: self.client.lrange(key, 0, -1),
            b"set": self.client.smembers,
            b"zset": lambda key: self.client.zrange(key, 0, -1, withscores=True),
            b"stream": self.client.xrange,
        }
        return read[self.client.type(key)](key)

    def test_every_type_is_dumped_and_restored(self):
        self.client.set("string", b"\0\xff" * 50)
        self.client.hset("hash", mapping={"a": 1, "b": "x" * 100})
        self.client.rpush("list", *range(300))
        self.client.sadd("set", "a", "b", 3)
        self.client.zadd("sorted", {"a": 1.5, "b": float("inf")})
        self.client.xadd("stream", {"a": 1}, id="1-1")
        for key in ("string", "hash", "list", "set", "sorted", "stream"):
            payload = self.client.dump(key)
            self.assertEqual(self.client.restore("copy", 100_000, payload, replace=True), b"OK")
            self.assertTrue(0 < self.client.pttl("copy") <= 100_000)
            self.assertEqual(self.content("copy"), self.content(key))
            self.assertEqual(self.client.object("encoding", "copy"), self.client.object("encoding", key))
            with self.assertRaisesRegex(redis.ResponseError, "^BUSYKEY|Target key name already exists"):
                self.client.restore("copy", 0, payload)
        self.assertEqual(self.client.lrange("list", 0, -1), [str(i).encode() for i in range(300)])
        with self.assertRaisesRegex(redis.ResponseError, "DUMP payload version or checksum are wrong"):
            self.client.restore("broken", 0, b"not a payload")
        with connect(db=3) as other:
            other.flushdb()
            other.restore("hash", 0, self.client.dump("hash"))
            self.assertEqual(other.hgetall("hash"), self.client.hgetall("hash"))
