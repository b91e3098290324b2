"""Enqueues jobs: `python producer.py NAME COUNT`. Every tenth fails at first, every fiftieth always or by killing its worker."""

import sys

from jobs import Jobs, connect


def kind(number):
    """What a job of this number is like."""
    if number % 50 == 7:
        return "poison"
    if number % 50 == 13:
        return "crash"
    return "flaky" if number % 10 == 3 else "plain"


def main(name, count):
    jobs = Jobs(connect())
    for number in range(count):
        jobs.enqueue(f"{name}-{number}", kind(number), number)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
