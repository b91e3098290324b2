"""Blocking commands through redis-py: what waits in a thread is woken by another client."""

import concurrent.futures

import redis

from check_streams import read
from server import PATIENCE_SECONDS, Case, connect, until


class Waiting(Case):
    def waiting(self, call):
        """Starts `call(client)` in a thread and returns when the server says that it is blocked."""
        client = connect()
        pool = concurrent.futures.ThreadPoolExecutor(1)
        self.addCleanup(client.close)
        self.addCleanup(pool.shutdown)
        blocked = self.client.info("clients")["blocked_clients"]
        future = pool.submit(call, client)
        until(lambda: future.done() or self.client.info("clients")["blocked_clients"] > blocked)
        self.assertFalse(future.done(), future)
        return future

    def assertWoken(self, future, expected):
        self.assertReply(future.result(PATIENCE_SECONDS), expected)

    def test_a_pop_waits_for_a_push(self):
        waiter = self.waiting(lambda client: client.blpop(["a", "b"], 30))
        self.client.rpush("b", "x")
        self.assertWoken(waiter, [b"b", b"x"])
        waiter = self.waiting(lambda client: client.brpop("a", 30))
        self.client.rpush("a", 1, 2)
        self.assertWoken(waiter, [b"a", b"2"])
        self.assertEqual(self.client.lrange("a", 0, -1), [b"1"])

    def test_moves_and_pops_of_many_wait(self):
        waiter = self.waiting(lambda client: client.blmove("a", "b", 30, "LEFT", "RIGHT"))
        self.client.rpush("a", "x")
        self.assertWoken(waiter, b"x")
        self.assertEqual(self.client.lrange("b", 0, -1), [b"x"])
        waiter = self.waiting(lambda client: client.blmpop(30, 2, "c", "d", direction="LEFT", count=2))
        self.client.rpush("d", 1, 2, 3)
        self.assertWoken(waiter, [b"d", [b"1", b"2"]])

    def test_sorted_sets_wake_as_well(self):
        waiter = self.waiting(lambda client: client.bzpopmin(["a", "b"], 30))
        self.client.zadd("b", {"x": 2, "y": 1})
        self.assertWoken(waiter, [b"b", b"y", 1.0])
        waiter = self.waiting(lambda client: client.bzmpop(30, 1, ["c"], max=True))
        self.client.zadd("c", {"z": 3})
        name, ((member, score),) = waiter.result(PATIENCE_SECONDS)
        self.assertEqual((name, member, float(score)), (b"c", b"z", 3.0))

    def test_streams_wake_readers_and_groups(self):
        waiter = self.waiting(lambda client: read(client.xread({"x": "$"}, block=30_000)))
        number = self.client.xadd("x", {"i": 1})
        self.assertEqual(waiter.result(PATIENCE_SECONDS), [(b"x", [(number, {b"i": b"1"})])])
        self.client.xgroup_create("x", "g", id="$")
        waiter = self.waiting(lambda client: read(client.xreadgroup("g", "ada", {"x": ">"}, block=30_000)))
        number = self.client.xadd("x", {"i": 2})
        self.assertEqual(waiter.result(PATIENCE_SECONDS), [(b"x", [(number, {b"i": b"2"})])])
        self.assertEqual(self.client.xpending("x", "g")["pending"], 1)

    def test_who_came_first_is_served_first(self):
        waiters = [self.waiting(lambda client: client.blpop("a", 30)) for _ in range(4)]
        for i, waiter in enumerate(waiters):
            self.client.rpush("a", i)
            self.assertWoken(waiter, [b"a", str(i).encode()])

    def test_a_transaction_wakes_when_it_is_executed(self):
        waiter = self.waiting(lambda client: client.blpop("a", 30))
        with self.client.pipeline() as pipe:
            pipe.rpush("a", 1).lpop("a").rpush("a", 2)
            self.assertEqual(pipe.execute(), [1, b"1", 1])
        self.assertWoken(waiter, [b"a", b"2"])

    def test_the_time_is_over(self):
        self.assertIsNone(self.client.blpop("a", 0.01))
        self.assertIsNone(self.client.bzpopmax("a", 0.01))
        self.assertIsNone(self.client.blmove("a", "b", 0.01))

    def test_another_client_ends_the_wait(self):
        for error in (False, True):
            waiter = self.waiting(lambda client: client.blpop("a", 30))
            (blocked,) = [entry for entry in self.client.client_list() if entry["cmd"] == "blpop" and "b" in entry["flags"]]
            self.assertEqual(self.client.client_unblock(int(blocked["id"]), error=error), 1)
            if error:
                with self.assertRaisesRegex(redis.ResponseError, "^UNBLOCKED|client unblocked via CLIENT UNBLOCK"):
                    waiter.result(PATIENCE_SECONDS)
            else:
                self.assertIsNone(waiter.result(PATIENCE_SECONDS))
