"""The server that the checks are about, and clients of it as an application makes them.

SERVER_PORT is its port, SERVER_PROTOCOL the RESP version (2 or 3), SERVER_PASSWORD the password where it asks for one.
"""

import os
import time
import unittest

import redis

PORT = int(os.environ["SERVER_PORT"])
PROTOCOL = int(os.environ.get("SERVER_PROTOCOL", "2"))
PASSWORD = os.environ.get("SERVER_PASSWORD") or None

# A guard against hanging, not a measure.
PATIENCE_SECONDS = 60


def connect(**options):
    """A client as an application makes one: nothing is switched off."""
    return redis.Redis(**({"port": PORT, "password": PASSWORD, "protocol": PROTOCOL} | options))


def as_lists(reply):
    """The reply with lists where redis-py makes tuples of some: which they are differs between the protocols."""
    if isinstance(reply, (list, tuple)):
        return [as_lists(item) for item in reply]
    return reply


def until(condition):
    """Waits until the condition holds, and returns what it gave."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError("it never came to hold")
        time.sleep(0.002)
    return found


class Case(unittest.TestCase):
    """A check with a client of an empty server."""

    def setUp(self):
        self.client = connect()
        self.client.flushall()

    def tearDown(self):
        self.client.close()

    def assertReply(self, reply, expected):
        """Equal but for tuples and lists."""
        self.assertEqual(as_lists(reply), expected)
