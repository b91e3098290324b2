"""Hashes, lists, sets, sorted sets, bitmaps, HyperLogLogs and geo indexes through redis-py."""

import random

import redis

from server import Case


class Hashes(Case):
    def test_fields_are_written_and_read(self):
        self.assertEqual(self.client.hset("h", mapping={"name": "Ada", "age": 36}), 2)
        self.assertEqual(self.client.hset("h", "age", 37), 0)
        self.assertEqual(self.client.hget("h", "age"), b"37")
        self.assertIsNone(self.client.hget("h", "absent"))
        self.assertEqual(self.client.hgetall("h"), {b"name": b"Ada", b"age": b"37"})
        self.assertEqual(self.client.hmget("h", "name", "absent"), [b"Ada", None])
        self.assertEqual(self.client.hincrby("h", "age", 3), 40)
        self.assertEqual(self.client.hincrbyfloat("h", "age", 0.5), 40.5)
        self.assertEqual(self.client.hstrlen("h", "name"), 3)
        self.assertIs(self.client.hexists("h", "name"), True)
        self.assertEqual(sorted(self.client.hkeys("h")), [b"age", b"name"])
        self.assertEqual(sorted(self.client.hvals("h")), [b"40.5", b"Ada"])
        self.assertFalse(self.client.hsetnx("h", "name", "Bea"))
        self.assertEqual(self.client.hdel("h", "name", "age", "absent"), 2)
        self.assertEqual(self.client.exists("h"), 0)

    def test_a_large_hash_is_scanned_whole(self):
        fields = {f"field:{i}".encode(): str(i).encode() for i in range(2000)}
        self.client.hset("h", mapping=fields)
        self.assertEqual(self.client.hlen("h"), 2000)
        self.assertEqual(dict(self.client.hscan_iter("h", count=50)), fields)
        self.assertIn(self.client.hrandfield("h"), fields)
        self.assertEqual(len(set(self.client.hrandfield("h", 100))), 100)


class Lists(Case):
    def test_both_ends(self):
        self.assertEqual(self.client.rpush("l", "a", "b", "c"), 3)
        self.assertEqual(self.client.lpush("l", "z"), 4)
        self.assertEqual(self.client.lrange("l", 0, -1), [b"z", b"a", b"b", b"c"])
        self.assertEqual(self.client.lpop("l"), b"z")
        self.assertEqual(self.client.rpop("l", 2), [b"c", b"b"])
        self.assertEqual(self.client.lpushx("absent", "x"), 0)
        self.assertIsNone(self.client.lpop("absent"))

    def test_the_middle(self):
        self.client.rpush("l", *"abcabc")
        self.assertEqual(self.client.lindex("l", 1), b"b")
        self.assertIs(self.client.lset("l", 1, "B"), True)
        self.assertEqual(self.client.linsert("l", "BEFORE", "c", "x"), 7)
        self.assertEqual(self.client.lpos("l", "c", rank=-1), 6)
        self.assertEqual(self.client.lpos("l", "c", count=0), [3, 6])
        self.assertEqual(self.client.lrem("l", 0, "a"), 2)
        self.assertIs(self.client.ltrim("l", 1, 3), True)
        self.assertEqual(self.client.lrange("l", 0, -1), [b"x", b"c", b"b"])
        with self.assertRaisesRegex(redis.ResponseError, "^index out of range$"):
            self.client.lset("l", 9, "x")

    def test_moves_and_pops_of_many(self):
        self.client.rpush("a", 1, 2, 3)
        self.assertEqual(self.client.lmove("a", "b", "RIGHT", "LEFT"), b"3")
        self.assertEqual(self.client.rpoplpush("a", "b"), b"2")
        self.assertReply(self.client.lmpop(2, "none", "b", direction="LEFT", count=5), [b"b", [b"2", b"3"]])

    def test_a_long_list_keeps_its_order(self):
        items = [f"{i}:{'x' * (i % 90)}".encode() for i in range(3000)]
        self.client.rpush("l", *items)
        self.assertEqual(self.client.lrange("l", 0, -1), items)
        self.assertEqual(self.client.lrange("l", 1000, 1004), items[1000:1005])
        self.assertEqual(self.client.lindex("l", -1), items[-1])

    def test_another_type_is_refused(self):
        self.client.set("text", "abc")
        wrong = "Operation against a key holding the wrong kind of value"
        for call in (lambda: self.client.lpush("text", 1), lambda: self.client.hget("text", "f")):
            with self.assertRaisesRegex(redis.ResponseError, wrong):
                call()


class Sets(Case):
    def test_members(self):
        self.assertEqual(self.client.sadd("s", 1, 2, 3, 2), 3)
        self.assertEqual(self.client.smembers("s"), {b"1", b"2", b"3"})
        self.assertTrue(self.client.sismember("s", 2))
        self.assertEqual(self.client.smismember("s", 2, 9), [1, 0])
        self.assertEqual(self.client.srem("s", 3, 9), 1)
        self.assertTrue(self.client.smove("s", "t", 1))
        self.assertEqual(self.client.spop("s"), b"2")
        self.assertEqual(self.client.scard("s"), 0)
        self.assertEqual(self.client.srandmember("t", -3), [b"1", b"1", b"1"])

    def test_algebra(self):
        self.client.sadd("a", "x", "y", "z")
        self.client.sadd("b", "y", "z", "w")
        self.assertEqual(self.client.sinter("a", "b"), {b"y", b"z"})
        self.assertEqual(self.client.sunion("a", "b"), {b"x", b"y", b"z", b"w"})
        self.assertEqual(self.client.sdiff("a", "b"), {b"x"})
        self.assertEqual(self.client.sintercard(2, ["a", "b"], limit=1), 1)
        self.assertEqual(self.client.sinterstore("c", "a", "b"), 2)
        self.assertEqual(self.client.sunionstore("c", "a", "b"), 4)
        self.assertEqual(self.client.sdiffstore("c", "a", "b"), 1)

    def test_a_large_set_is_scanned_whole(self):
        members = {f"member:{i}".encode() for i in range(2000)}
        self.client.sadd("s", *members)
        self.assertEqual(set(self.client.sscan_iter("s", count=50)), members)
        self.client.sadd("numbers", *range(1000))
        self.assertEqual({int(each) for each in self.client.sscan_iter("numbers")}, set(range(1000)))


class SortedSets(Case):
    def test_scores(self):
        self.assertEqual(self.client.zadd("z", {"a": 1, "b": 2, "c": 3.5}), 3)
        self.assertEqual(self.client.zadd("z", {"a": 5, "d": 0}, gt=True, ch=True), 2)
        self.assertEqual(self.client.zadd("z", {"a": 2}, xx=True, incr=True), 7.0)
        self.assertEqual(self.client.zscore("z", "c"), 3.5)
        self.assertIsNone(self.client.zscore("z", "absent"))
        self.assertEqual(self.client.zmscore("z", ["c", "absent"]), [3.5, None])
        self.assertEqual(self.client.zincrby("z", -1.5, "c"), 2.0)
        self.assertEqual((self.client.zrank("z", "d"), self.client.zrevrank("z", "d")), (0, 3))
        self.assertEqual((self.client.zcard("z"), self.client.zcount("z", "(0", "+inf")), (4, 3))
        self.assertEqual(self.client.zrem("z", "d", "absent"), 1)

    def test_ranges(self):
        self.client.zadd("z", {member: score for score, member in enumerate("abcdef")})
        self.assertEqual(self.client.zrange("z", 1, 2), [b"b", b"c"])
        self.assertReply(self.client.zrange("z", 0, 0, withscores=True), [[b"a", 0.0]])
        self.assertEqual(self.client.zrange("z", "(1", 4, byscore=True, offset=1, num=2), [b"d", b"e"])
        self.assertEqual(self.client.zrange("z", "+", "(d", bylex=True, desc=True), [b"f", b"e"])
        self.assertEqual(self.client.zrevrange("z", 0, 1), [b"f", b"e"])
        self.assertEqual(self.client.zrangebyscore("z", "-inf", 1), [b"a", b"b"])
        self.assertEqual(self.client.zrevrangebyscore("z", 2, "-inf", start=1, num=1), [b"b"])
        self.assertEqual(self.client.zlexcount("z", "[b", "(e"), 3)
        self.assertEqual(self.client.zrangestore("best", "z", 0, 1, desc=True), 2)
        self.assertReply(self.client.zpopmax("best", 2), [[b"f", 5.0], [b"e", 4.0]])
        self.assertEqual(self.client.zremrangebyrank("z", 0, 0), 1)
        self.assertEqual(self.client.zremrangebyscore("z", 1, 2), 2)

    def test_algebra(self):
        self.client.zadd("a", {"x": 1, "y": 2})
        self.client.zadd("b", {"y": 10, "w": 20})
        self.assertReply(self.client.zunion(["a", "b"], withscores=True), [[b"x", 1.0], [b"y", 12.0], [b"w", 20.0]])
        self.assertReply(self.client.zinter(["a", "b"], aggregate="MAX", withscores=True), [[b"y", 10.0]])
        self.assertEqual(self.client.zdiff(["a", "b"]), [b"x"])
        self.assertEqual(self.client.zintercard(2, ["a", "b"]), 1)
        self.assertEqual(self.client.zunionstore("c", {"a": 100, "b": 1}), 3)
        self.assertReply(self.client.zrange("c", 0, -1, withscores=True), [[b"w", 20.0], [b"x", 100.0], [b"y", 210.0]])
        reply = self.client.zmpop(2, ["none", "c"], max=True, count=1)
        self.assertEqual((reply[0], reply[1][0][0], float(reply[1][0][1])), (b"c", b"y", 210.0))

    def test_a_large_one_is_scanned_whole_and_stays_sorted(self):
        shuffled = random.Random(7).sample(range(3000), 3000)
        members = {f"member:{i}".encode(): i / 8 for i in shuffled}
        self.client.zadd("z", members)
        self.assertEqual(dict(self.client.zscan_iter("z", count=50)), members)
        expected = [[member, score] for score, member in sorted((score, member) for member, score in members.items())]
        self.assertReply(self.client.zrange("z", 0, -1, withscores=True), expected)


class BitsAndPlaces(Case):
    def test_bitmaps(self):
        self.assertEqual(self.client.setbit("b", 7, 1), 0)
        self.assertEqual((self.client.getbit("b", 7), self.client.get("b")), (1, b"\x01"))
        self.client.set("c", b"\xff\xf0\x00")
        self.assertEqual((self.client.bitcount("c"), self.client.bitcount("c", 0, 0)), (12, 8))
        self.assertEqual((self.client.bitpos("c", 0), self.client.bitpos("c", 1, 2)), (12, -1))
        self.assertEqual(self.client.bitop("AND", "d", "b", "c"), 3)
        self.assertEqual(self.client.get("d"), b"\x01\0\0")
        fields = self.client.bitfield("e", default_overflow="SAT").set("u8", "#0", 200).incrby("u8", "#0", 100)
        self.assertEqual(fields.get("u4", 0).execute(), [0, 255, 15])

    def test_hyperloglogs(self):
        self.assertTrue(self.client.pfadd("p", *range(1000)))
        self.assertEqual(abs(self.client.pfcount("p") - 1000) < 50, True)
        self.client.pfadd("q", *range(500, 1500))
        self.assertTrue(self.client.pfmerge("r", "p", "q"))
        self.assertEqual(self.client.pfcount("r"), self.client.pfcount("p", "q"))

    def test_geo(self):
        places = ("13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania")
        self.assertEqual(self.client.geoadd("g", places), 2)
        self.assertEqual(self.client.geodist("g", "Palermo", "Catania", unit="km"), 166.2742)
        self.assertReply(
            self.client.geopos("g", "Palermo", "absent"), [[13.361389338970184, 38.1155563954963], None]
        )
        hashes = self.client.geohash("g", "Palermo")
        self.assertEqual([each if isinstance(each, str) else each.decode() for each in hashes], ["sqc8b49rny0"])
        near = self.client.geosearch("g", longitude=15, latitude=37, radius=200, unit="km", withdist=True, sort="ASC")
        self.assertReply(near, [[b"Catania", 56.4413], [b"Palermo", 190.4424]])
        box = {"member": "Palermo", "width": 100, "height": 100, "unit": "km"}
        self.assertEqual(self.client.geosearchstore("h", "g", **box), 1)


class Sorting(Case):
    def test_sort_takes_weights_and_objects_from_other_keys(self):
        self.client.rpush("ids", 1, 2, 3)
        self.client.mset({"weight:1": 30, "weight:2": 10, "weight:3": 20, "name:1": "a", "name:2": "b", "name:3": "c"})
        self.assertEqual(self.client.sort("ids", desc=True), [b"3", b"2", b"1"])
        sorted_names = self.client.sort("ids", by="weight:*", get=["#", "name:*"], groups=True)
        self.assertEqual(sorted_names, [(b"2", b"b"), (b"3", b"c"), (b"1", b"a")])
        self.assertEqual(self.client.sort("ids", start=0, num=2, store="sorted"), 2)
        self.assertEqual(self.client.sort_ro("sorted", alpha=True, desc=True), [b"2", b"1"])
