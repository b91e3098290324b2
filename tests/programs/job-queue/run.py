"""Runs producers and workers until every job is over, starts a worker anew when it died, and prints what came of it."""

import json
import subprocess
import sys
import time
from pathlib import Path

from jobs import DEAD, GROUP, RESULTS, STREAM, TRIES, Jobs, connect

PRODUCERS = ["north", "south"]
JOBS_EACH = 150
WORKERS = 4
# A guard against hanging.
PATIENCE_SECONDS = 120


def start(script, *arguments):
    return subprocess.Popen([sys.executable, str(Path(__file__).with_name(script)), *map(str, arguments)])


def main():
    client = connect()
    jobs = Jobs(client)
    workers = {f"worker-{i}": start("worker.py", f"worker-{i}") for i in range(WORKERS)}
    producers = [start("producer.py", name, JOBS_EACH) for name in PRODUCERS]
    deadline = time.monotonic() + PATIENCE_SECONDS
    crashes = 0
    try:
        while any(producer.poll() is None for producer in producers) or jobs.open():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{jobs.open()} jobs are not over: {client.xpending(STREAM, GROUP)}")
            for name, process in workers.items():
                if process.poll() is not None:
                    crashes += 1
                    workers[name] = start("worker.py", name)
            time.sleep(0.02)
    finally:
        for process in [*workers.values(), *producers]:
            process.terminate()
        for process in [*workers.values(), *producers]:
            process.wait()
    results = client.hgetall(RESULTS)
    dead = client.xrange(DEAD)
    (group,) = client.xinfo_groups(STREAM)
    print(json.dumps({
        "completed": len(results),
        "right": sum(int(value) == int(name.split("-")[1]) ** 2 for name, value in results.items()),
        # A set: two workers may give up the same job at the same moment.
        "dead": sorted({fields["name"] for _, fields in dead}),
        "tried": all(int(fields["deliveries"]) >= TRIES for _, fields in dead),
        "crashed": crashes > 0,
        "pending": client.xpending(STREAM, GROUP)["pending"],
        "read": group["entries-read"],
        "lag": group["lag"],
    }))


if __name__ == "__main__":
    main()
