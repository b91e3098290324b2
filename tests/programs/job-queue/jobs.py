"""A queue of jobs in one stream: a group of workers shares it, what a worker leaves undone goes to another.

A job is an entry of the stream. It is over when it is acknowledged, which happens in the same transaction as writing
down its result: a worker that dies before that leaves it pending, and after a while somebody else claims it. A job that
was handed out too often is moved to the stream of the dead.
"""

import os

import redis

STREAM = "jobs"
DEAD = "jobs:dead"
RESULTS = "jobs:results"
GROUP = "workers"

# After so long a job that was handed out is taken to be abandoned.
ABANDONED_MS = 1000
# A job that failed so often never succeeds.
TRIES = 4


def connect():
    """One client for each process: they must not share a connection."""
    return redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


class Jobs:
    """The queue, as producers and workers see it."""

    def __init__(self, client):
        self.client = client
        try:
            client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            # Another process was first.
            if not str(error).startswith(("BUSYGROUP", "Consumer Group name already exists")):
                raise

    def enqueue(self, name, kind, number):
        """Adds a job and returns the id of its entry."""
        return self.client.xadd(STREAM, {"name": name, "kind": kind, "number": number}, maxlen=100_000)

    def take(self, worker, count, block_ms):
        """Jobs for this worker, abandoned ones first: (entry id, fields, how often it was handed out)."""
        _, entries, _ = self.client.xautoclaim(STREAM, GROUP, worker, ABANDONED_MS, count=count)
        if not entries:
            reply = self.client.xreadgroup(GROUP, worker, {STREAM: ">"}, count=count, block=block_ms)
            # A list of pairs in RESP2, a map in RESP3.
            streams = dict(reply or {})
            entries = streams.get(STREAM, [])
            if isinstance(reply, dict) and entries:
                (entries,) = entries
        taken = []
        for entry_id, fields in entries:
            pending = self.client.xpending_range(STREAM, GROUP, entry_id, entry_id, 1, consumername=worker)
            # Between two commands it may have been claimed from us: then it is not ours any more.
            if pending:
                taken.append((entry_id, fields, pending[0]["times_delivered"]))
        return taken

    def done(self, entry_id, fields, result):
        """Writes down the result and ends the job, both or neither. True for whoever is first."""
        with self.client.pipeline(transaction=True) as pipe:
            pipe.hsetnx(RESULTS, fields["name"], result)
            pipe.xack(STREAM, GROUP, entry_id)
            pipe.xdel(STREAM, entry_id)
            first, _, _ = pipe.execute()
        return bool(first)

    def failed(self, worker, entry_id, fields, deliveries, error):
        """Gives the job back at once, or gives it up."""
        if deliveries < TRIES:
            # As if nobody had touched it for long enough: the next who asks for abandoned jobs gets it.
            self.client.xclaim(STREAM, GROUP, worker, 0, [entry_id], idle=ABANDONED_MS, justid=True)
            return
        with self.client.pipeline(transaction=True) as pipe:
            pipe.xadd(DEAD, fields | {"error": error, "deliveries": deliveries})
            pipe.xack(STREAM, GROUP, entry_id)
            pipe.xdel(STREAM, entry_id)
            pipe.execute()

    def open(self):
        """How many jobs are not over."""
        return self.client.xlen(STREAM)
