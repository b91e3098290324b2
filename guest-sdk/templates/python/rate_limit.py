"""Lets a number of requests through in a sliding window.

    WASM.CALL rate-limit KEYS limit:ada ARGS 100 60000
    1) (integer) 1        allowed
    2) (integer) 99       how many more would be allowed now
    3) (integer) 0        milliseconds until this request would be allowed

Time is cut into windows. The requests of the last `window-ms` are estimated as those of the current window plus those
of the one before, weighted by how much of it the sliding window still covers.
"""

from componentize_py_types import Err
from wit_world.imports import commands, strings
from wit_world.imports.types import Node_Array, Node_Integer

NAMES = ["limit", "window-ms", "cost"]
MOST = 4294967295


class WitWorld:
    def call(self, keys: list[bytes], args: list[bytes]):
        """KEYS: the counter. ARGS: limit window-ms [cost]. Returns [allowed, remaining, retry-after-ms]."""
        if not keys:
            raise Err("key 1 is missing: the caller passed 0")
        limit = natural(args, 0)
        length = natural(args, 1)
        cost = natural(args, 2) if len(args) > 2 else 1
        if length == 0:
            raise Err("the window must be at least 1 ms long")
        if cost > limit:
            raise Err(f"a cost of {cost} is never allowed by a limit of {limit}")

        index, elapsed = divmod(now_ms(), length)
        previous, current = counters(on_store(strings.get, keys[0]), index)
        retry = retry_after(previous, current, cost, limit, length, elapsed)
        if retry == 0:
            current += cost
            value = f"{index} {previous} {current}".encode()
            expiry = strings.Expiry_AfterMs(2 * length - elapsed)
            on_store(strings.set, keys[0], value, expiry, strings.Condition.ALWAYS)
        share = -(-previous * (length - elapsed) // length)  # rounded up
        remaining = max(limit - current - share, 0)
        return [Node_Array(3), Node_Integer(int(retry == 0)), Node_Integer(remaining), Node_Integer(retry)]


def counters(stored, index):
    """The counters of the window before and of this one, from what is stored: `index previous current`."""
    if stored is None:
        return 0, 0
    numbers = stored.split(b" ")
    if len(numbers) != 3 or not all(number.isdigit() and len(number) <= 20 for number in numbers):
        raise Err("the key holds no rate limit")
    at, previous, current = map(int, numbers)
    if at == index:
        return previous, current
    return (current, 0) if at + 1 == index else (0, 0)


def retry_after(previous, current, cost, limit, length, elapsed):
    """0 when `cost` more requests are allowed now."""

    def wait(before, room):
        """Milliseconds after the begin of a window until the share of `before` requests is at most `room`."""
        return max(length - room * length // before, 0) if before else 0

    if current + cost > limit:
        return length - elapsed + wait(current, limit - cost)
    return max(wait(previous, limit - current - cost) - elapsed, 0)


def natural(args, index):
    name = f"argument {index + 1} (`{NAMES[index]}`)"
    if index >= len(args):
        raise Err(f"{name}: missing, the caller passed {len(args)}")
    word = args[index]
    if not (word.isdigit() and len(word) <= 10 and int(word) <= MOST):
        raise Err(f"{name}: expected an integer of at least 0, got `{word.decode(errors='replace')}`")
    return int(word)


def now_ms():
    """TIME replies seconds and microseconds; time stands still during a call."""
    _, seconds, micros = on_store(commands.execute, [b"TIME"])
    return int(seconds.value) * 1000 + int(micros.value) // 1000


def on_store(call, *arguments):
    """A call on the store, whose errors become those that a client knows: an `Err` of a text is the client's error."""
    try:
        return call(*arguments)
    except Err as error:
        kind = type(error.value).__name__
        if kind.endswith("WrongType"):
            raise Err("WRONGTYPE Operation against a key holding the wrong kind of value")
        if kind.endswith("NotPermitted"):
            raise Err("NOPERM the function may not do this")
        raise Err(f"the store refused: {kind}")
