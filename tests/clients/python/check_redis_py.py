"""redis-py, unchanged, against a server: run as `python check_redis_py.py` with the server's port in SERVER_PORT.

SERVER_PROTOCOL and SERVER_PASSWORD are told in server.py; FUNCTION_COMPONENT is a component of
`ferrite:udf/function` (top-by-size) where the server can load one, STOCK_COMPONENT one that adds commands (stock), and
PRICING_COMPONENT one with typed functions (pricing).
"""

import asyncio
import json
import os
import socket
import time
import unittest

import redis
import redis.asyncio

import check_collections
import check_dumps
import check_pushes
import check_streams
import check_vectors
import check_waiting
from server import PASSWORD, PORT, PROTOCOL, Case, connect

COMPONENT = os.environ.get("FUNCTION_COMPONENT") or None
STOCK = os.environ.get("STOCK_COMPONENT")
PRICING = os.environ.get("PRICING_COMPONENT")


class Strings(Case):
    def test_values_are_any_bytes(self):
        for value in (b"", b"\r\n$-1\r\n", bytes(range(256)), os.urandom(1 << 20)):
            self.assertIs(self.client.set("key", value), True)
            self.assertEqual(self.client.get("key"), value)

    def test_set_takes_all_its_options(self):
        self.assertIs(self.client.set("key", "1", nx=True, ex=100), True)
        self.assertIsNone(self.client.set("key", "2", nx=True))
        self.assertEqual(self.client.set("key", "3", keepttl=True, get=True), b"1")
        self.assertTrue(0 < self.client.ttl("key") <= 100)
        self.assertIs(self.client.set("key", "4", px=100_000, xx=True), True)
        self.assertIsNone(self.client.set("absent", "5", xx=True))

    def test_reading_forms(self):
        self.client.set("key", "Hello, world")
        self.assertEqual(self.client.getrange("key", -5, -1), b"world")
        self.assertEqual(self.client.substr("key", 0, 4), b"Hello")
        self.assertEqual(self.client.strlen("key"), 12)
        self.assertEqual(self.client.getex("key", ex=50), b"Hello, world")
        self.assertTrue(0 < self.client.ttl("key") <= 50)
        self.assertEqual(self.client.getset("key", "other"), b"Hello, world")
        self.assertEqual(self.client.getdel("key"), b"other")
        self.assertIsNone(self.client.get("key"))

    def test_writing_forms(self):
        self.assertEqual(self.client.append("key", "abc"), 3)
        self.assertEqual(self.client.setrange("key", 5, "x"), 6)
        self.assertEqual(self.client.get("key"), b"abc\0\0x")
        self.assertEqual(self.client.execute_command("SETEX", "key", 10, "v"), True)
        self.assertEqual(self.client.execute_command("PSETEX", "key", 10_000, "v"), True)
        self.assertEqual(self.client.execute_command("SETNX", "key", "w"), False)

    def test_counters(self):
        self.assertEqual(self.client.incr("n"), 1)
        self.assertEqual(self.client.incrby("n", 41), 42)
        self.assertEqual(self.client.decr("n"), 41)
        self.assertEqual(self.client.decrby("n", 40), 1)
        self.assertEqual(self.client.incrbyfloat("n", 0.5), 1.5)
        self.client.set("text", "abc")
        with self.assertRaisesRegex(redis.ResponseError, "^value is not an integer or out of range$"):
            self.client.incr("text")

    def test_many_keys_at_once(self):
        self.assertIs(self.client.mset({"a": 1, "b": 2}), True)
        self.assertIs(self.client.msetnx({"b": 3, "c": 4}), False)
        self.assertEqual(self.client.mget("a", "b", "c"), [b"1", b"2", None])

    def test_longest_common_subsequence(self):
        self.client.mset({"a": "ohmytext", "b": "mynewtext"})
        self.assertEqual(self.client.lcs("a", "b"), b"mytext")
        self.assertEqual(self.client.lcs("a", "b", len=True), 6)

    def test_text_can_be_decoded_by_the_client(self):
        with connect(decode_responses=True) as client:
            client.set("ключ", "значение")
            self.assertEqual(client.get("ключ"), "значение")


class Keys(Case):
    def test_existence_and_names(self):
        self.client.mset({"a": 1, "b": 2})
        self.assertEqual(self.client.exists("a", "b", "a", "x"), 3)
        self.assertEqual(self.client.type("a"), b"string")
        self.assertEqual(self.client.type("x"), b"none")
        self.assertIs(self.client.rename("a", "c"), True)
        self.assertIs(self.client.renamenx("b", "c"), False)
        self.assertTrue(self.client.copy("c", "d"))
        self.assertEqual(self.client.touch("c", "d", "x"), 2)
        self.assertEqual(sorted(self.client.keys("[cd]")), [b"c", b"d"])
        self.assertIn(self.client.randomkey(), (b"b", b"c", b"d"))
        self.assertEqual(self.client.delete("b", "x"), 1)
        self.assertEqual(self.client.unlink("c", "d"), 2)
        self.assertEqual(self.client.dbsize(), 0)
        with self.assertRaisesRegex(redis.ResponseError, "^no such key$"):
            self.client.rename("a", "b")

    def test_time_to_live(self):
        self.client.set("key", "v")
        self.assertEqual(self.client.ttl("key"), -1)
        self.assertEqual(self.client.ttl("absent"), -2)
        self.assertTrue(self.client.expire("key", 100))
        self.assertFalse(self.client.expire("key", 50, gt=True))
        self.assertTrue(99_000 < self.client.pttl("key") <= 100_000)
        at = int(time.time()) + 1000
        self.assertTrue(self.client.expireat("key", at))
        self.assertEqual(self.client.expiretime("key"), at)
        self.assertEqual(self.client.pexpiretime("key"), at * 1000)
        self.assertTrue(self.client.persist("key"))
        self.assertEqual(self.client.ttl("key"), -1)

    def test_a_key_is_gone_when_its_time_is_over(self):
        self.client.set("key", "v", px=1)
        while self.client.get("key") is not None:
            time.sleep(0.001)
        self.assertEqual(self.client.exists("key"), 0)

    def test_scan_iter_finds_every_key(self):
        names = {f"item:{i}".encode() for i in range(2500)}
        self.client.mset({name: 1 for name in names} | {"other": 1})
        self.assertEqual(set(self.client.scan_iter(match="item:*", count=100)), names)

    def test_encodings_are_shown(self):
        self.client.mset({"int": 7, "short": "abc", "long": "x" * 100})
        encodings = [self.client.object("encoding", key) for key in ("int", "short", "long")]
        self.assertEqual(encodings, [b"int", b"embstr", b"raw"])
        self.assertEqual(self.client.object("refcount", "short"), 1)

    def test_databases_are_apart(self):
        with connect(db=5) as other:
            other.flushdb()
            self.client.set("key", "zero")
            self.assertIsNone(other.get("key"))
            self.assertTrue(self.client.move("key", 5))
            self.assertEqual(other.get("key"), b"zero")
            self.assertIs(self.client.swapdb(0, 5), True)
            self.assertEqual(self.client.get("key"), b"zero")


class Pipelines(Case):
    def test_a_pipeline_answers_in_order(self):
        with self.client.pipeline(transaction=False) as pipe:
            for i in range(10_000):
                pipe.incr("n")
            self.assertEqual(pipe.execute(), list(range(1, 10_001)))

    def test_an_error_stays_in_its_place(self):
        with self.client.pipeline(transaction=False) as pipe:
            results = pipe.set("key", "abc").incr("key").get("key").execute(raise_on_error=False)
        self.assertEqual(results[0], True)
        self.assertIsInstance(results[1], redis.ResponseError)
        self.assertEqual(results[2], b"abc")

    def test_a_transaction_is_executed_as_one(self):
        with self.client.pipeline() as pipe:
            self.assertEqual(pipe.set("a", 1).incr("a").mget("a", "b").execute(), [True, 2, [b"2", None]])

    def test_an_unknown_command_aborts_the_transaction(self):
        with self.client.pipeline() as pipe:
            with self.assertRaisesRegex(redis.ResponseError, "unknown command"):
                pipe.set("a", 1).execute_command("NOSUCH", "x").execute()
        self.assertEqual(self.client.exists("a"), 0)

    def test_watch_notices_a_change(self):
        self.client.set("n", 1)
        with self.client.pipeline() as pipe:
            pipe.watch("n")
            seen = int(pipe.get("n"))
            self.client.set("n", 10)
            pipe.multi()
            pipe.set("n", seen + 1)
            with self.assertRaises(redis.WatchError):
                pipe.execute()
        self.assertEqual(self.client.get("n"), b"10")

    def test_a_transaction_is_tried_again_until_it_holds(self):
        self.client.set("n", 1)
        tries = []

        def change(pipe):
            seen = int(pipe.get("n"))
            if not tries:
                self.client.incrby("n", 100)
            tries.append(seen)
            pipe.multi()
            pipe.set("n", seen + 1)

        self.assertEqual(self.client.transaction(change, "n"), [True])
        self.assertEqual(tries, [1, 101])
        self.assertEqual(self.client.get("n"), b"102")


class Connections(Case):
    def test_a_client_can_name_itself_and_be_found(self):
        with connect(client_name="checker", single_connection_client=True) as client:
            self.assertIn(client.client_getname(), ("checker", b"checker"))
            number = client.client_id()
            found = [entry for entry in self.client.client_list() if int(entry["id"]) == number]
            self.assertEqual([entry["name"] for entry in found], ["checker"])
            self.assertEqual(int(client.client_info()["id"]), number)

    def test_a_killed_client_connects_again(self):
        with connect(single_connection_client=True, retry=None) as client:
            number = client.client_id()
            self.assertEqual(self.client.client_kill_filter(_id=number), 1)
            with self.assertRaises(redis.ConnectionError):
                client.ping()
            self.assertTrue(client.ping())
            self.assertNotEqual(client.client_id(), number)

    def test_a_closed_port_is_a_connection_error(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            with connect(port=unused.getsockname()[1], retry=None) as client:
                with self.assertRaises(redis.ConnectionError):
                    client.ping()

    def test_an_unknown_command_has_the_text_of_redis(self):
        text = "^unknown command 'NOSUCH', with args beginning with: 'a' 'b' ?$"
        with self.assertRaisesRegex(redis.ResponseError, text):
            self.client.execute_command("NOSUCH", "a", "b")

    def test_the_server_describes_itself(self):
        info = self.client.info()
        self.assertEqual(int(info["tcp_port"]), PORT)
        self.assertGreaterEqual(int(info["connected_clients"]), 1)
        self.assertRegex(str(info["redis_version"]), r"^7\.")
        self.assertEqual(self.client.info("keyspace"), {})
        self.assertGreater(self.client.command_count(), 50)
        self.assertEqual(self.client.command()["get"]["arity"], 2)
        keys = self.client.command_getkeys("MSET", "a", 1, "b", 2)
        self.assertEqual([key if isinstance(key, str) else key.decode() for key in keys], ["a", "b"])
        seconds, micros = self.client.time()
        self.assertTrue(abs(seconds - time.time()) < 60 and 0 <= micros < 1_000_000)
        self.assertEqual(self.client.echo("text"), b"text")

    def test_settings_are_read_and_changed(self):
        before = self.client.config_get("maxclients")["maxclients"]
        self.assertIs(self.client.config_set("maxclients", 1234), True)
        self.assertEqual(self.client.config_get("maxclients"), {"maxclients": "1234"})
        self.client.config_set("maxclients", before)
        with self.assertRaises(redis.ResponseError):
            self.client.config_set("nosuch", 1)

    def test_asyncio_clients_share_the_server(self):
        async def count():
            async with redis.asyncio.Redis(port=PORT, password=PASSWORD, protocol=PROTOCOL) as client:
                await asyncio.gather(*(client.incr("n") for _ in range(50)))
                return int(await client.get("n"))

        self.assertEqual(asyncio.run(count()), 50)


class Passwords(unittest.TestCase):
    def test_no_password_is_refused(self):
        with connect(password=None, retry=None) as client, self.assertRaises(redis.AuthenticationError):
            client.get("key")

    def test_a_wrong_password_is_refused(self):
        with connect(password="wrong", retry=None) as client, self.assertRaises(redis.AuthenticationError):
            client.get("key")

    def test_the_default_user_may_be_named(self):
        with connect(username="default") as client:
            self.assertTrue(client.ping())


class Functions(Case):
    def setUp(self):
        super().setUp()
        with open(COMPONENT, "rb") as component:
            load = ("WASM.LOAD", "top-by-size", component.read(), "REPLACE", "PERMISSIONS", "READ", "FUEL", 100_000_000)
            self.client.execute_command(*load)
        for size in range(1, 21):
            package = {"Package": f"p{size}", "Section": "games" if size % 2 else "math", "Size": size}
            self.client.set(f"pkg:p{size}", json.dumps(package))

    def test_fcall_calls_a_loaded_component(self):
        first = self.client.fcall("top-by-size", 0, "games", 3)
        self.assertIn(b"p19", repr(first).encode())
        self.assertEqual(self.client.fcall_ro("top-by-size", 0, "games", 3), first)
        self.assertEqual(self.client.execute_command("WASM.CALL", "top-by-size", "ARGS", "games", 3), first)

    def test_functions_run_in_pipelines_and_transactions(self):
        alone = self.client.fcall("top-by-size", 0, "math", 2)
        for transaction in (False, True):
            with self.client.pipeline(transaction=transaction) as pipe:
                pipe.fcall("top-by-size", 0, "math", 2)
                pipe.get("pkg:absent")
                self.assertEqual(pipe.execute(), [alone, None])

    def test_an_absent_function_is_an_error(self):
        with self.assertRaises(redis.ResponseError):
            self.client.fcall("nosuch", 0)


class Additions(Case):
    """Commands that a component adds, and typed functions."""

    def setUp(self):
        super().setUp()
        for name, path in (("stock", STOCK), ("pricing", PRICING)):
            with open(path, "rb") as component:
                self.client.execute_command("WASM.LOAD", name, component.read(), "REPLACE", "PERMISSIONS", "WRITE")

    def test_added_commands_are_commands_like_any_other(self):
        self.assertEqual(self.client.execute_command("STOCK.PUT", "pears", 5), 5)
        with self.assertRaisesRegex(redis.ResponseError, "SOLDOUT 1 are missing"):
            self.client.execute_command("STOCK.TAKE", "pears", 6)
        with self.client.pipeline(transaction=True) as pipe:
            pipe.execute_command("STOCK.MOVE", "pears", "plums", 2)
            pipe.execute_command("STOCK.LEFT", "pears", "plums")
            self.assertEqual(pipe.execute(), [b"OK", [3, 2]])

    def test_the_client_learns_them_from_command(self):
        row = self.client.command()["stock.left"]
        self.assertEqual((row["arity"], row["first_key_pos"], row["last_key_pos"], row["step_count"]), (-2, 1, -1, 1))
        self.assertIn("readonly", [str(flag).removeprefix("b'").removesuffix("'") for flag in row["flags"]])
        keys = self.client.command_getkeys("STOCK.MOVE", "a", "b", 1)
        self.assertEqual([key if isinstance(key, str) else key.decode() for key in keys], ["a", "b"])

    def test_typed_functions_are_called_by_fcall(self):
        self.client.fcall("pricing.set-price", 0, "pears", 120)
        self.assertEqual(self.client.fcall("pricing.price", 0, "pears"), 120)
        self.assertIsNone(self.client.fcall("pricing.price", 0, "plums"))
        order = '[{article: "pears", count: 2}]'
        self.assertEqual(self.client.fcall("pricing.quote-order", 0, order), b"{sum: 240, off: 0, due: 240}")
        with self.assertRaisesRegex(redis.ResponseError, "argument 2"):
            self.client.fcall("pricing.set-price", 0, "pears", "much")


def load_tests(loader, _tests, _pattern):
    """Only what the server is there for: nothing is skipped in silence."""
    cases = [Strings, Keys, Pipelines, Connections]
    cases += [Passwords] if PASSWORD else []
    cases += [Functions, Additions] if COMPONENT else []
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)
    modules = [check_collections, check_dumps, check_pushes, check_streams, check_waiting]
    if check_vectors.are_there():
        modules.append(check_vectors)
    for module in modules:
        suite.addTests(loader.loadTestsFromModule(module))
    return suite


if __name__ == "__main__":
    unittest.main()
