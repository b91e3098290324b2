"""Vector sets through redis-py's own calls, and indexes of vectors through commands as they are."""

import json
import random
import struct

import redis
from redis.commands.vectorset.commands import QuantizationOptions as Quantization

from server import PROTOCOL, Case, connect

DIMENSIONS = 64

# A key, the option, and what Redis calls it.
KINDS = [("f", Quantization.NOQUANT, "f32"), ("q", Quantization.Q8, "int8"), ("b", Quantization.BIN, "bin")]


def numbers(count=DIMENSIONS):
    return [random.uniform(-1, 1) for _ in range(count)]


def blob(vector):
    return struct.pack(f"<{len(vector)}f", *vector)


def are_there():
    """Whether the server has vector sets: Redis has them from its version 8 on."""
    with connect() as client:
        try:
            return client.execute_command("VCARD", "none") == 0
        except redis.ResponseError:
            return False


class Vectors(Case):
    def setUp(self):
        super().setUp()
        self.vset = self.client.vset()
        random.seed(7)

    def assertNear(self, vector, expected, tolerance):
        self.assertEqual(len(vector), len(expected))
        for one, other in zip(vector, expected):
            self.assertAlmostEqual(float(one), other, delta=tolerance)

    def fill(self, key, count, **options):
        vectors = [numbers() for _ in range(count)]
        for at, vector in enumerate(vectors):
            self.assertEqual(self.vset.vadd(key, vector, f"e{at}", **options), 1)
        return vectors


class Elements(Vectors):
    def test_vectors_come_back(self):
        vector = [1, 4.32, 0.11, 0.5, 0.9]
        self.assertEqual(self.vset.vadd("q8", vector, "a"), 1)
        self.assertEqual(self.vset.vadd("q8", vector, "a"), 0)
        self.assertNear(self.vset.vemb("q8", "a"), vector, 0.05)
        self.assertEqual(self.vset.vadd("f32", blob(vector), "a", quantization=Quantization.NOQUANT, cas=True, ef=50), 1)
        self.assertNear(self.vset.vemb("f32", "a"), vector, 1e-6)
        self.assertEqual(self.vset.vadd("bits", [1, 4.32, 0, 0.05, -2.9], "a", quantization=Quantization.BIN), 1)
        self.assertEqual([int(float(bit)) for bit in self.vset.vemb("bits", "a")], [1, 1, -1, 1, -1])
        self.assertIsNone(self.vset.vemb("q8", "none"))
        self.assertIsNone(self.vset.vemb("none", "a"))

    def test_raw_vectors_say_how_they_are_kept(self):
        for key, quantization, name in KINDS:
            self.vset.vadd(key, [3, 4, 0], "a", quantization=quantization)
            raw = self.vset.vemb(key, "a", raw=True)
            self.assertIn(raw["quantization"], (name, name.encode()))
            self.assertAlmostEqual(raw["l2"], 5.0, places=5)
            self.assertEqual("range" in raw, quantization == Quantization.Q8)
            self.assertIsInstance(raw["raw"], bytes)

    def test_sets_count_and_forget(self):
        self.fill("s", 20)
        self.assertEqual(self.vset.vcard("s"), 20)
        self.assertEqual(self.vset.vdim("s"), DIMENSIONS)
        self.assertEqual(self.vset.vrem("s", "e3"), 1)
        self.assertEqual(self.vset.vrem("s", "e3"), 0)
        self.assertEqual(self.vset.vrem("none", "e3"), 0)
        self.assertEqual(self.vset.vcard("s"), 19)
        self.assertEqual(self.client.type("s"), b"vectorset")
        with self.assertRaises(redis.ResponseError):
            self.vset.vdim("none")

    def test_fewer_dimensions(self):
        self.assertEqual(self.vset.vadd("s", numbers(8), "a", reduce_dim=3), 1)
        self.assertEqual(self.vset.vdim("s"), 3)
        self.assertEqual(len(self.vset.vsim("s", numbers(8))), 1)

    def test_attributes(self):
        self.vset.vadd("s", [1, 2], "a", attributes={"n": 1})
        self.vset.vadd("s", [1, 3], "b")
        self.assertEqual(self.vset.vgetattr("s", "a"), {"n": 1})
        self.assertIsNone(self.vset.vgetattr("s", "b"))
        self.assertEqual(self.vset.vsetattr("s", "b", {"n": 2}), 1)
        self.assertEqual(self.vset.vgetattr("s", "b"), {"n": 2})
        self.assertEqual(self.vset.vsetattr("s", "b", {}), 1)
        self.assertIsNone(self.vset.vgetattr("s", "b"))
        self.assertEqual(self.vset.vsetattr("s", "none", {"n": 2}), 0)
        self.assertEqual(self.vset.vsetattr("none", "a", '{"n": 2}'), 0)

    def test_members_by_chance(self):
        self.fill("s", 3)
        self.assertIn(self.vset.vrandmember("s"), (b"e0", b"e1", b"e2"))
        self.assertEqual(sorted(self.vset.vrandmember("s", 10)), [b"e0", b"e1", b"e2"])
        self.assertEqual(len(self.vset.vrandmember("s", -5)), 5)
        self.assertEqual(self.vset.vrandmember("s", 0), [])
        self.assertIsNone(self.vset.vrandmember("none"))
        self.assertEqual(self.vset.vrandmember("none", 5), [])


class Searches(Vectors):
    def test_the_nearest_come_first(self):
        self.fill("s", 50)
        for query in ("e7", self.vset.vemb("s", "e7"), blob([float(x) for x in self.vset.vemb("s", "e7")])):
            found = self.vset.vsim("s", query)
            self.assertEqual(len(found), 10)
            self.assertEqual(found[0], b"e7")
        self.assertEqual(len(self.vset.vsim("s", "e7", count=100)), 50)
        scores = self.vset.vsim("s", "e7", with_scores=True, count=5)
        self.assertEqual(list(scores), self.vset.vsim("s", "e7", count=5))
        self.assertEqual(sorted(scores.values(), reverse=True), list(scores.values()))
        self.assertAlmostEqual(scores[b"e7"], 1.0, places=2)
        exact = self.vset.vsim("s", "e7", with_scores=True, truth=True, no_thread=True)
        self.assertEqual(len(exact), 10)

    def test_scores_with_attributes(self):
        for at in range(5):
            self.vset.vadd("s", numbers(8), f"e{at}", attributes={"n": at} if at % 2 else None)
        found = self.vset.vsim("s", "e1", with_attribs=True)
        self.assertEqual({name: found[name] for name in (b"e0", b"e1")}, {b"e0": None, b"e1": {"n": 1}})
        both = self.vset.vsim("s", "e1", with_scores=True, with_attribs=True)
        self.assertEqual(both[b"e1"]["attributes"], {"n": 1})
        self.assertGreater(both[b"e1"]["score"], 0.99)

    def test_filters(self):
        for at in range(50):
            self.vset.vadd("s", numbers(8), f"e{at}", attributes={"n": at, "name": f"e{at}"}, numlinks=4)
        found = self.vset.vsim("s", "e1", filter=".n > 10")
        self.assertEqual(len(found), 10)
        self.assertTrue(all(int(name[1:]) > 10 for name in found))
        self.assertEqual(self.vset.vsim("s", "e1", filter=".n > 10 and .n < 15 and .name in ['e12', 'e17']"), [b"e12"])
        self.assertEqual(self.vset.vsim("s", "e1", filter=".n > 25 and .name in ['e12', 'e17']", ef=100), [])
        with self.assertRaises(redis.ResponseError):
            self.vset.vsim("s", "e1", filter=".n >")

    def test_what_is_too_far_is_left_out(self):
        for name, vector in zip("abcde", ([2, 1, 1], [2, 0, 1], [2, 0, 0], [2, 0, 2], [-2, -1, -1])):
            self.vset.vadd("s", vector, name)
        self.assertEqual(len(self.vset.vsim("s", [2, 1, 1])), 5)
        self.assertEqual(len(self.vset.vsim("s", [2, 1, 1], epsilon=0.5)), 4)

    def test_what_is_not_there(self):
        self.vset.vadd("s", [1, 2], "a")
        with self.assertRaises(redis.ResponseError):
            self.vset.vsim("s", "none")
        self.assertEqual(self.vset.vsim("none", "a"), [])
        self.client.set("text", 1)
        with self.assertRaisesRegex(redis.ResponseError, "WRONGTYPE"):
            self.vset.vsim("text", "a")

    def test_links_and_figures(self):
        self.fill("s", 100, numlinks=8)
        levels = self.vset.vlinks("s", "e9")
        self.assertTrue(levels and all(len(level) <= 16 for level in levels))
        scored = self.vset.vlinks("s", "e9", with_scores=True)
        self.assertEqual([sorted(level) for level in scored], [sorted(level) for level in levels])
        self.assertIsNone(self.vset.vlinks("s", "none"))
        info = self.vset.vinfo("s")
        self.assertEqual({name: info[name] for name in (b"vector-dim", b"size", b"hnsw-m")},
                         {b"vector-dim": DIMENSIONS, b"size": 100, b"hnsw-m": 8})
        self.assertIn(info[b"quant-type"], ("int8", b"int8"))
        self.assertIsNone(self.vset.vinfo("none"))

    def test_ranges_of_names(self):
        for name in ("apple", "banana", "cherry", "date"):
            self.vset.vadd("s", [1, 2], name)
        self.assertEqual(self.vset.vrange("s", "-", "+"), [b"apple", b"banana", b"cherry", b"date"])
        self.assertEqual(self.vset.vrange("s", "(banana", "[date", 1), [b"cherry"])


class Indexes(Vectors):
    def test_an_index_lives_through_dump_and_restore(self):
        run = self.client.execute_command
        self.assertIn(run("VECTOR.CREATE", "idx", "DIM", 4, "DISTANCE", "l2"), (b"OK", "OK", True))
        vectors = {f"v{at}".encode(): numbers(4) for at in range(200)}
        pipeline = self.client.pipeline(transaction=False)
        for at, (name, vector) in enumerate(vectors.items()):
            pipeline.execute_command("VECTOR.ADD", "idx", name, blob(vector), "ATTR", json.dumps({"n": at}))
        self.assertEqual(pipeline.execute(), [1] * 200)
        for name in (b"v1", b"v100"):
            self.assertEqual(run("VECTOR.SEARCH", "idx", "K", 1, blob(vectors[name])), [name])
        before = run("VECTOR.SEARCH", "idx", "K", 20, blob(numbers(4)), "FILTER", ".n >= 100", "WITHSCORES", "WITHATTR")
        payload = self.client.dump("idx")
        self.assertTrue(self.client.restore("copy", 0, payload))
        self.assertEqual(run("VECTOR.INFO", "copy"), run("VECTOR.INFO", "idx"))
        random.seed(8)
        query = blob(numbers(4))
        self.assertEqual(run("VECTOR.SEARCH", "copy", "K", 20, query), run("VECTOR.SEARCH", "idx", "K", 20, query))
        self.assertEqual(len(before), 20 if PROTOCOL == 3 else 60)
        self.assertNear(run("VECTOR.GET", "copy", "v7"), vectors[b"v7"], 1e-6)
        self.assertEqual(run("VECTOR.DEL", "idx", *vectors), 200)
        self.assertEqual(run("VECTOR.LIST"), [b"copy", b"idx"] if run("VECTOR.LIST")[0] == b"copy" else [b"idx", b"copy"])
        self.assertIn(run("VECTOR.DROP", "idx"), (b"OK", "OK", True))
        self.assertEqual(run("VECTOR.LIST"), [b"copy"])
