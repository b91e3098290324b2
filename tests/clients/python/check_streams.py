"""Streams and consumer groups through redis-py."""

import redis

from server import PROTOCOL, Case


def read(reply):
    """What XREAD answers, as (stream, entries) pairs in both protocols."""
    if isinstance(reply, dict):
        # redis-py wraps the entries once more where the reply is a map.
        return [(name, entries[0]) for name, entries in reply.items()]
    return [(name, entries) for name, entries in reply or []]


class Streams(Case):
    def test_entries_are_added_and_read_by_range(self):
        first = self.client.xadd("x", {"temperature": 20})
        second = self.client.xadd("x", {"temperature": 21, "unit": "C"})
        self.assertLess([int(part) for part in first.split(b"-")], [int(part) for part in second.split(b"-")])
        self.assertEqual(self.client.xlen("x"), 2)
        self.assertEqual(self.client.xrange("x", count=1), [(first, {b"temperature": b"20"})])
        self.assertEqual(self.client.xrevrange("x"), self.client.xrange("x")[::-1])
        self.assertEqual(read(self.client.xread({"x": first})), [(b"x", self.client.xrange("x", min=second))])
        self.assertEqual(read(self.client.xread({"x": second})), [])
        self.assertEqual(self.client.xdel("x", first), 1)
        with self.assertRaisesRegex(redis.ResponseError, "equal or smaller than the target stream top item"):
            self.client.xadd("x", {"a": 1}, id="1-1")

    def test_a_stream_is_trimmed(self):
        for i in range(1000):
            self.client.xadd("x", {"i": i}, id=f"{i + 1}-0", maxlen=500, approximate=False)
        self.assertEqual(self.client.xlen("x"), 500)
        self.assertEqual(self.client.xtrim("x", minid="901-0", approximate=False), 400)
        self.assertEqual(self.client.xrange("x", count=1), [(b"901-0", {b"i": b"900"})])
        info = self.client.xinfo_stream("x")
        self.assertEqual((info["length"], info["entries-added"], info["last-generated-id"]), (100, 1000, b"1000-0"))

    def test_a_group_hands_out_each_entry_once(self):
        for i in range(1, 5):
            self.client.xadd("x", {"i": i}, id=f"{i}-0")
        self.assertTrue(self.client.xgroup_create("x", "g", id="0"))
        with self.assertRaisesRegex(redis.ResponseError, "^BUSYGROUP|Consumer Group name already exists"):
            self.client.xgroup_create("x", "g")
        ada = read(self.client.xreadgroup("g", "ada", {"x": ">"}, count=3))
        bob = read(self.client.xreadgroup("g", "bob", {"x": ">"}, count=3))
        self.assertEqual([number for number, _ in ada[0][1] + bob[0][1]], [b"1-0", b"2-0", b"3-0", b"4-0"])
        self.assertEqual(self.client.xack("x", "g", "1-0", "9-9"), 1)
        pending = self.client.xpending("x", "g")
        self.assertEqual((pending["pending"], pending["min"], pending["max"]), (3, b"2-0", b"4-0"))
        self.assertEqual(pending["consumers"], [{"name": b"ada", "pending": 2}, {"name": b"bob", "pending": 1}])
        # What a consumer has not acknowledged it may read again.
        self.assertEqual(read(self.client.xreadgroup("g", "bob", {"x": "0"})), [(b"x", [(b"4-0", {b"i": b"4"})])])

    def test_what_a_consumer_left_is_claimed(self):
        for i in range(1, 4):
            self.client.xadd("x", {"i": i}, id=f"{i}-0")
        self.client.xgroup_create("x", "g", id="0")
        self.client.xreadgroup("g", "ada", {"x": ">"})
        self.client.xdel("x", "2-0")
        cursor, claimed, deleted = self.client.xautoclaim("x", "g", "bob", min_idle_time=0, count=10)
        self.assertEqual((cursor, claimed), (b"0-0", [(b"1-0", {b"i": b"1"}), (b"3-0", {b"i": b"3"})]))
        self.assertEqual(deleted, [b"2-0"])
        self.assertEqual(self.client.xclaim("x", "g", "eve", 0, ["3-0"], justid=True), [b"3-0"])
        taken = self.client.xpending_range("x", "g", "-", "+", 10)
        self.assertEqual(
            [(entry["message_id"], entry["consumer"], entry["times_delivered"]) for entry in taken],
            [(b"1-0", b"bob", 2), (b"3-0", b"eve", 2)],
        )
        self.assertEqual(self.client.xclaim("x", "g", "eve", 1_000_000, ["1-0"]), [])

    def test_groups_describe_themselves(self):
        self.client.xgroup_create("x", "g", id="$", mkstream=True)
        self.assertEqual(self.client.xgroup_createconsumer("x", "g", "ada"), 1)
        self.client.xadd("x", {"i": 1}, id="1-0")
        self.client.xadd("x", {"i": 2}, id="2-0")
        self.client.xreadgroup("g", "ada", {"x": ">"}, count=1)
        (group,) = self.client.xinfo_groups("x")
        self.assertEqual((group["name"], group["pending"], group["lag"]), (b"g", 1, 1))
        (consumer,) = self.client.xinfo_consumers("x", "g")
        self.assertEqual((consumer["name"], consumer["pending"]), (b"ada", 1))
        whole = self.client.xinfo_stream("x", full=True)
        self.assertEqual(whole["entries"], {b"1-0": {b"i": b"1"}, b"2-0": {b"i": b"2"}})
        self.assertEqual(whole["groups"][0]["pel-count"], 1)
        self.assertTrue(self.client.xgroup_setid("x", "g", "0"))
        self.assertEqual(self.client.xgroup_delconsumer("x", "g", "ada"), 1)
        self.assertTrue(self.client.xgroup_destroy("x", "g"))
        self.assertEqual(self.client.xinfo_groups("x"), [])

    def test_nothing_new_is_nothing(self):
        self.client.xadd("x", {"i": 1})
        self.client.xgroup_create("x", "g", id="$")
        self.assertEqual(self.client.xreadgroup("g", "ada", {"x": ">"}, block=1), [] if PROTOCOL == 2 else {})
        with self.assertRaisesRegex(redis.ResponseError, "No such key 'x' or consumer group 'nosuch'"):
            self.client.xreadgroup("nosuch", "ada", {"x": ">"})
