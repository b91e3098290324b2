"""Works until it is told to stop: `python worker.py NAME`. SIGTERM lets it finish what it has."""

import os
import signal
import sys

from jobs import Jobs, connect

stopping = False


def stop(_signal, _frame):
    global stopping
    stopping = True


def work(fields, deliveries):
    """Does one job."""
    number, kind = int(fields["number"]), fields["kind"]
    if kind == "poison":
        raise ValueError("this never works")
    if kind == "flaky" and deliveries < 3:
        raise ValueError(f"try {deliveries} does not work")
    if kind == "crash" and deliveries == 1:
        # As the kernel does it when memory is short: nothing is cleaned up.
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def main(worker):
    signal.signal(signal.SIGTERM, stop)
    jobs = Jobs(connect())
    while not stopping:
        for entry_id, fields, deliveries in jobs.take(worker, count=5, block_ms=100):
            try:
                result = work(fields, deliveries)
            except ValueError as error:
                jobs.failed(worker, entry_id, fields, deliveries, str(error))
            else:
                jobs.done(entry_id, fields, result)


if __name__ == "__main__":
    main(sys.argv[1])
