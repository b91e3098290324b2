"""What the server sends by itself, through redis-py: messages, key space notifications, MONITOR, invalidations."""

import redis
from redis.cache import CacheConfig

from server import PATIENCE_SECONDS, PROTOCOL, Case, connect, until


def next_message(pubsub):
    """The next message that is none of the confirmations."""
    return until(lambda: pubsub.get_message(ignore_subscribe_messages=True, timeout=PATIENCE_SECONDS))


class Messages(Case):
    def subscriber(self, **options):
        pubsub = self.client.pubsub(**options)
        self.addCleanup(pubsub.close)
        return pubsub

    def confirmed(self, pubsub, count=1):
        """Reads the confirmations of what was just asked."""
        replies = [until(lambda: pubsub.get_message(timeout=PATIENCE_SECONDS)) for _ in range(count)]
        return [(reply["type"], reply["channel"], reply["data"]) for reply in replies]

    def test_a_channel_delivers_to_its_subscribers(self):
        pubsub = self.subscriber()
        pubsub.subscribe("news", "sport")
        self.assertEqual(
            sorted(self.confirmed(pubsub, 2), key=lambda reply: reply[2]),
            [("subscribe", b"news", 1), ("subscribe", b"sport", 2)],
        )
        self.assertEqual(self.client.publish("news", b"\0\r\n"), 1)
        self.assertEqual(self.client.publish("nobody", "x"), 0)
        message = next_message(pubsub)
        self.assertEqual((message["type"], message["channel"], message["data"]), ("message", b"news", b"\0\r\n"))
        self.assertEqual(sorted(self.client.pubsub_channels()), [b"news", b"sport"])
        self.assertEqual(self.client.pubsub_numsub("news", "nobody"), [(b"news", 1), (b"nobody", 0)])
        pubsub.unsubscribe()
        self.assertEqual([reply[0] for reply in self.confirmed(pubsub, 2)], ["unsubscribe"] * 2)
        self.assertFalse(pubsub.subscribed)

    def test_a_pattern_delivers_what_matches(self):
        pubsub = self.subscriber()
        pubsub.psubscribe("user:*:seen")
        self.confirmed(pubsub)
        self.assertEqual(self.client.pubsub_numpat(), 1)
        self.client.publish("user:1:left", "no")
        self.client.publish("user:1:seen", "yes")
        message = next_message(pubsub)
        self.assertEqual(
            (message["type"], message["pattern"], message["channel"], message["data"]),
            ("pmessage", b"user:*:seen", b"user:1:seen", b"yes"),
        )

    def test_a_sharded_channel_is_a_world_of_its_own(self):
        pubsub = self.subscriber()
        pubsub.execute_command("SSUBSCRIBE", "orders")
        self.assertEqual(self.client.publish("orders", "plain"), 0)
        self.assertEqual(self.client.spublish("orders", "sharded"), 1)
        message = until(lambda: pubsub.parse_response(block=True))
        if message[0] == b"ssubscribe":
            message = pubsub.parse_response(block=True)
        self.assertEqual(message[1:], [b"orders", b"sharded"])
        self.assertEqual(self.client.pubsub_shardchannels(), [b"orders"])

    def test_handlers_run_in_a_thread(self):
        received = []
        pubsub = self.subscriber()
        pubsub.subscribe(**{"news": lambda message: received.append(message["data"])})
        thread = pubsub.run_in_thread(sleep_time=0.01)
        try:
            until(lambda: self.client.publish("news", "first"))
            for i in range(100):
                self.client.publish("news", i)
            until(lambda: len(received) == 101)
        finally:
            thread.stop()
            thread.join(PATIENCE_SECONDS)
        self.assertEqual(received, [b"first"] + [str(i).encode() for i in range(100)])

    def test_messages_of_a_transaction_arrive_in_order(self):
        pubsub = self.subscriber()
        pubsub.subscribe("news")
        self.confirmed(pubsub)
        with self.client.pipeline() as pipe:
            self.assertEqual(pipe.publish("news", 1).incr("n").publish("news", 2).execute(), [1, 1, 1])
        self.assertEqual([next_message(pubsub)["data"] for _ in range(2)], [b"1", b"2"])

    def test_a_subscriber_may_ping(self):
        pubsub = self.subscriber()
        pubsub.subscribe("news")
        self.confirmed(pubsub)
        pubsub.ping("still there")
        reply = until(lambda: pubsub.get_message(timeout=PATIENCE_SECONDS))
        self.assertEqual((reply["type"], reply["data"]), ("pong", b"still there"))

    def test_changes_of_keys_are_told(self):
        before = self.client.config_get("notify-keyspace-events")["notify-keyspace-events"]
        self.client.config_set("notify-keyspace-events", "KEA")
        self.addCleanup(lambda: self.client.config_set("notify-keyspace-events", before))
        pubsub = self.subscriber()
        pubsub.psubscribe("__key*__:*")
        self.confirmed(pubsub)
        self.client.set("key", "v", px=1)
        seen = []

        def expired():
            self.client.exists("key")
            message = pubsub.get_message(ignore_subscribe_messages=True, timeout=0.01)
            if message:
                seen.append((message["channel"], message["data"]))
            return (b"__keyevent@0__:expired", b"key") in seen

        until(expired)
        expected = [("set", "key"), ("expire", "key"), ("expired", "key")]
        self.assertEqual(seen, [
            pair
            for event, key in expected
            for pair in (
                (f"__keyspace@0__:{key}".encode(), event.encode()),
                (f"__keyevent@0__:{event}".encode(), key.encode()),
            )
        ])

    def test_monitor_shows_every_command(self):
        with self.client.monitor() as monitor:
            with connect(db=2) as other:
                other.set("key", "two words \"quoted\"")
            listened = monitor.listen()
            shown = next(entry for entry in listened if entry["command"].upper().startswith("SET"))
        self.assertEqual((shown["db"], shown["client_type"]), (2, "tcp"))
        self.assertEqual(shown["command"], 'SET key two words "quoted"')
        self.assertEqual(shown["client_address"], "127.0.0.1")


class Tracking(Case):
    """Invalidations on a connection of their own, which every client can have: it is named in REDIRECT."""

    def setUp(self):
        super().setUp()
        self.invalidations = connect(single_connection_client=True, protocol=2)
        self.reader = connect(single_connection_client=True)
        for client in (self.invalidations, self.reader):
            self.addCleanup(client.close)
        self.pubsub = self.invalidations.pubsub()
        self.addCleanup(self.pubsub.close)
        self.pubsub.subscribe("__redis__:invalidate")
        self.pubsub.get_message(timeout=PATIENCE_SECONDS)

    def track(self, **options):
        (entry,) = [entry for entry in self.client.client_list() if entry["sub"] == "1"]
        self.reader.client_tracking_on(clientid=int(entry["id"]), **options)

    def invalidated(self):
        return next_message(self.pubsub)["data"]

    def test_a_change_by_another_client_invalidates_what_was_read(self):
        self.client.mset({"a": 1, "b": 2, "c": 3})
        self.track()
        self.assertEqual(self.reader.mget("a", "b"), [b"1", b"2"])
        self.client.set("c", "nobody has read it")
        self.client.set("a", "other")
        self.assertEqual(self.invalidated(), [b"a"])
        self.client.set("a", "told once only")
        self.client.pexpire("b", 1)
        self.assertEqual(self.invalidated(), [b"b"])
        self.assertEqual(self.reader.get("a"), b"told once only")
        if PROTOCOL == 2:
            # redis-server 7.0 writes this null as the reader's protocol has it, which the other connection cannot read.
            self.client.flushall()
            self.assertIsNone(self.invalidated())

    def test_prefixes_are_broadcast(self):
        self.track(bcast=True, prefix=["user:", "order:"], noloop=True)
        self.client.set("other:1", "x")
        self.reader.set("user:0", "its own")
        self.client.mset({"user:1": "x"})
        self.assertEqual(self.invalidated(), [b"user:1"])
        with self.client.pipeline() as pipe:
            pipe.set("order:7", "x").incr("n").execute()
        self.assertEqual(self.invalidated(), [b"order:7"])

    def test_tracking_describes_itself(self):
        self.track(optin=True)
        described = self.reader.client_trackinginfo()
        if isinstance(described, list):
            described = dict(zip(map(str.encode, described[::2]), described[1::2]))
        self.assertEqual(set(described[b"flags"]), {b"on", b"optin"})
        self.assertGreater(described[b"redirect"], 0)
        self.reader.client_tracking_off()

    def test_the_cache_of_redis_py_wants_a_newer_server(self):
        with connect(protocol=3, cache_config=CacheConfig()) as client:
            with self.assertRaisesRegex(redis.ConnectionError, "7.4 or later"):
                client.get("key")
