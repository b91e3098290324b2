#!/usr/bin/env python3
"""What the gateway adds to its upstream, beside LiteLLM and Portkey: time, rate, streams, memory, sizes.

    cargo build --release && cargo components
    cargo build --release -p ferrite-gateway-load
    python3 benches/gateway/compare.py --install     # PyPI's litellm and npm's @portkey-ai/gateway, into target; once
    python3 benches/gateway/compare.py               # a quarter of an hour; --quick takes three minutes

The question: what does a client pay for a gateway between it and the model's server? The upstream is `ferrite mock-openai`,
which answers after 20 ms, by plain HTTP. All take turns in each round, in another order each time, so that they see the
same weather; what is shown is the median of the rounds, and added time is the difference to the upstream alone in the
same round. A gateway has one processor for itself, upstream and load generator share the others (--no-pin: the kernel
decides). Requests come at a fixed rate, at times within their slots that look like chance, and latency counts from when
they were due. The highest rate is what many connections get that ask again at once.

LiteLLM has one worker, Portkey is one process, Ferrite one thread; nobody has keys, a cache or a log of requests. No two
requests are equal. A peer that is not installed is left out. Left out too: TLS, HTTP/2, big prompts, more than one
processor for a gateway. Nothing is asserted: the table says what holds here and now, and its last lines how busy others
kept the machine. Ends with 0 when the table is complete, with another number when a server did not start.
"""

import argparse
import pathlib
import resource
import signal
import sys
import tempfile
import threading
import time

import contenders
import peers
import report
from load import WARM_UP_SECONDS, Load, total
from processes import busy_seconds, own_seconds, processors
from results import Results

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGAN = time.monotonic()
# Of what a contender was seen to hold, so much is asked of it at most.
SHARE = 0.9
DESCRIPTORS = 16_384


def say(text):
    print(f"[{time.monotonic() - BEGAN:4.0f} s] {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="install the peers into target/bench-peers, and end")
    parser.add_argument("--ferrite", type=pathlib.Path, default=ROOT / "target/release/ferrite", help="the program")
    load = ROOT / "target/release/ferrite-gateway-load"
    parser.add_argument("--load", type=pathlib.Path, default=load, help="the load generator")
    parser.add_argument("--components", type=pathlib.Path, default=ROOT / "target/components", help="the folder of both")
    parser.add_argument("--only", default="ferrite,LiteLLM,Portkey", help="which gateways, with commas between")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8, help="of each phase of a round [8]")
    parser.add_argument("--rate", type=float, default=500, help="requests a second [500]")
    parser.add_argument("--low-rate", type=float, default=30, help="a rate that all hold [30]")
    parser.add_argument("--stream-rate", type=float, default=10, help="streams a second [10]")
    parser.add_argument("--connections", type=int, default=256, help="for the highest rate [256]")
    parser.add_argument("--memory-rate", type=float, default=1000, help="requests a second while memory is looked at")
    parser.add_argument("--in-flight", type=int, default=1000, help="requests that are held at once [1000]")
    parser.add_argument("--no-memory", action="store_true", help="leave memory out")
    parser.add_argument("--no-pin", action="store_true", help="let the kernel choose processors")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 3 seconds: to see that it runs")
    plan = parser.parse_args()
    if plan.quick:
        plan.rounds, plan.seconds = 2, 3
    return plan


def gateways(plan):
    """The classes of those that are there, and their versions."""
    wanted = [name for name in plan.only.split(",") if name]
    found, versions = [], {}
    for kind, version in (
        (contenders.Ferrite, lambda: ""),
        (contenders.LiteLlm, peers.litellm_version),
        (contenders.Portkey, peers.portkey_version),
    ):
        if kind.name not in wanted:
            continue
        versions[kind.name] = version()
        if versions[kind.name] is None:
            say(f"{kind.name} is not installed and left out: compare.py --install")
            continue
        found.append(kind)
    if unknown := set(wanted) - {"ferrite", "LiteLLM", "Portkey"}:
        raise SystemExit(f"--only: {', '.join(sorted(unknown))} is not among ferrite, LiteLLM, Portkey")
    return found, versions


class Bench:
    """One run: who is measured, by what, and what came out."""

    def __init__(self, plan, mock, load):
        self.plan, self.mock, self.load = plan, mock, load
        self.results = Results()

    def _watch(self, contender, phase, found):
        failures = dict(found["failures"])
        if found.get("unanswered"):
            failures["unanswered"] = found["unanswered"]
        if failures:
            shown = ", ".join(f"{count} times {name}" for name, count in failures.items())
            say(f"{contender.name}, {phase}: {shown}")
            self.results.note(f"{contender.name}, {phase}, in one of the rounds: {shown} beside {found['good']} answers.")

    def calibrate(self, contender):
        """What it holds, so that nobody is asked for more; it warms up by this too."""
        found = self.load.closed(contender, 64, 3, warm_up=2)
        self._watch(contender, "before the rounds", found)
        self.results.add(contender.name, "calibration", found["rate"])
        say(f"{contender.name} holds about {found['rate']:.0f} requests/s")

    def _holds(self, contender, rate):
        return self.results.median(contender.name, "calibration") * SHARE >= rate

    def at_rate(self, contender, rate, number):
        """Latency, and the processor's time of a request."""
        names = [f"{figure} at {rate}" for figure in ("p50", "p99", "late", "processor")]
        if not self._holds(contender, rate):
            for name in names:
                self.results.add(contender.name, name, None)
            return
        before = (contender.server.seconds(), total(self.mock)) if contender.server else None
        found = self.load.open(contender, rate, self.plan.seconds, seed=number + 1)
        processor = None
        if before:
            processor = (contender.server.seconds() - before[0]) / max(1, total(self.mock) - before[1])
        self._watch(contender, f"at {rate:g}/s", found)
        times = found["latency_ms"] or {}
        late = (found["late_ms"] or {}).get("p99")
        for name, value in zip(names, (times.get("p50"), times.get("p99"), late, processor)):
            self.results.add(contender.name, name, value)
        if times:
            say(f"{contender.name} at {rate:g}/s: p50 {times['p50']:.2f} ms, p99 {times['p99']:.2f} ms")

    def highest(self, contender):
        """The rate that many connections get."""
        found = self.load.closed(contender, self.plan.connections, self.plan.seconds, warm_up=2 * WARM_UP_SECONDS)
        self._watch(contender, "at its highest rate", found)
        self.results.add(contender.name, "highest", found["rate"])
        self.results.add(contender.name, "highest p50", (found["latency_ms"] or {}).get("p50"))
        say(f"{contender.name}: {found['rate']:.0f} requests/s")

    def streams(self, contender, number):
        """Time to first content, and between pieces of content."""
        found = self.load.open(contender, self.plan.stream_rate, self.plan.seconds, seed=number + 1, stream=True)
        self._watch(contender, "streams", found)
        for kind, key in (("first", "first_content_ms"), ("gap", "gap_ms")):
            for figure in ("p50", "p99"):
                self.results.add(contender.name, f"{kind} {figure}", (found[key] or {}).get(figure))
        self.results.add(contender.name, "chunks", found["chunks"])

    def in_flight(self, contender):
        """Resident memory of a server that has just started, and what many requests in flight add to it."""
        name, server = contender.name, contender.server
        self.load.open(contender, 5, 1, seed=1)
        before = server.resident()
        self.results.add(name, "idle", before)
        held, after = self.load.hold(contender, self.mock, self.plan.in_flight, server.resident)
        self.results.add(name, "held", held)
        self.results.add(name, "in flight", (after - before) / held if held else None)
        say(f"{name}: {before >> 20} MiB, {(after - before) >> 10} KiB more with {held} in flight")

    def loaded(self, contender):
        """The most resident memory of another one that has just started, at a fixed rate."""
        name, server = contender.name, contender.server
        rate = min(self.plan.memory_rate, int(0.7 * self.results.median(name, "highest")))
        most, is_over = [server.resident()], threading.Event()

        def look():
            while not is_over.wait(0.1):
                most.append(server.resident())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            found = self.load.open(contender, rate, self.plan.seconds, seed=1)
        finally:
            is_over.set()
            watcher.join()
        self._watch(contender, f"at {rate:g}/s", found)
        self.results.add(name, "loaded", max(most))
        self.results.add(name, "loaded rate", rate)
        say(f"{name}: {max(most) >> 20} MiB at {rate:g}/s")


def run(plan, folder):
    kinds, versions = gateways(plan)
    own, others = processors(not plan.no_pin)
    contenders.Ferrite.program = plan.ferrite
    busy, used, clock = busy_seconds(), own_seconds(), time.monotonic()
    open_ones = []
    try:
        mock = contenders.upstream(plan.ferrite, folder, others)
        open_ones.append(mock)
        bench = Bench(plan, mock, Load(plan.load, others))
        measured = [contenders.Direct(mock)]
        for kind in kinds:
            say(f"starting {kind.name}")
            measured.append(kind(mock, folder, own))
            open_ones.append(measured[-1])
        for contender in measured:
            bench.calibrate(contender)
        for number in range(plan.rounds):
            say(f"round {number + 1} of {plan.rounds}")
            # Nobody is always first.
            turn = number % len(measured)
            order = measured[turn:] + measured[:turn]
            for rate in (plan.rate, plan.low_rate):
                for contender in order:
                    bench.at_rate(contender, rate, number)
            for contender in order:
                bench.streams(contender, number)
            for contender in order:
                bench.highest(contender)
        for contender in measured[1:]:
            contender.close()
        if not plan.no_memory:
            for kind in kinds:
                for measure in (bench.in_flight, bench.loaded):
                    contender = kind(mock, folder, own)
                    open_ones.append(contender)
                    measure(contender)
                    contender.close()
    finally:
        for one in reversed(open_ones):
            one.close()
    foreign = (busy_seconds() - busy - (own_seconds() - used)) / (time.monotonic() - clock)
    place = "no processor is its own" if own == others else "the gateway on a processor of its own"
    bench.results.note(
        f"{plan.rounds} rounds of {plan.seconds:g} s, {len(own | others)} processors, {place}; "
        f"others kept {max(0.0, foreign):.2f} of them busy."
    )
    sizes = {}
    for name in ("gateway.wasm", "embedder.wasm"):
        file = plan.components / name
        sizes[name] = file.stat().st_size if file.is_file() else None
        if sizes[name] is None:
            say(f"{file} is missing, its size is left out: cargo components")
    report.print_table(bench.results, [contender.name for contender in measured], versions, plan, sizes)


def main():
    plan = arguments()
    if plan.install:
        peers.install()
        return
    for program, how in ((plan.ferrite, ""), (plan.load, " -p ferrite-gateway-load")):
        if not program.is_file():
            raise SystemExit(f"no {program}: cargo build --release{how}")
    # A thousand requests in flight are two thousand descriptors of a gateway.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))
    # Whoever ends this process ends its children too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory() as folder:
        run(plan, pathlib.Path(folder))


if __name__ == "__main__":
    main()
