#!/usr/bin/env python3
"""Ferrite's vector indexes beside usearch and hnswlib: building, searching at equal recall, memory, coming and going.

    python3 -m venv target/python
    target/python/bin/pip install -r benches/vectors/requirements.txt
    cargo build --release
    target/python/bin/python benches/vectors/compare.py            # half an hour; --quick takes a minute
    target/python/bin/python benches/vectors/compare.py --ferrite none   # the libraries alone

The question: what does a client get from a server whose index runs in a sandbox, next to libraries in the own process? The
same seeded data for all, M = 16, one thread each; parts of building and rounds of searching take turns, so that all see the
same weather; what is shown is the median. EF is chosen for each so that it just reaches the recall that is asked for.

Left out: several threads, which neither side is given; filters. Ferrite's searches come over a socket in pipelines of 64:
the columns `own` count the processor time of each process alone, Ferrite's with reading commands and writing replies.
Memory is the growth of the process; Ferrite's has the names of the vectors in it, and up to 2 MiB that the component has
touched and not used yet. The libraries use what the processor has
(AVX-512), WebAssembly has 128 bits. Nothing is asserted: the table says what holds here and now.
"""

import argparse
import importlib.util
import os
import random
import statistics
import sys
import time

MISSING = [name for name in ("numpy", "hnswlib", "usearch") if importlib.util.find_spec(name) is None]
if "numpy" in MISSING:
    sys.exit("numpy is missing: pip install -r benches/vectors/requirements.txt")

import datasets
import ferrite
import libraries

K = datasets.K
WIDTHS = [
    10,
    12,
    14,
    16,
    20,
    24,
    28,
    32,
    40,
    48,
    64,
    80,
    100,
    140,
    200,
    280,
    400,
    560,
    800,
    1000,
    1400,
    2000,
    2800,
    4000,
]
RECALLS = (0.95, 0.99)
PARTS = 10
BEGAN = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - BEGAN:5.0f} s] {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--ferrite", metavar="FILE", help="the program [FERRITE_BINARY, or target/release/ferrite]; none: without"
    )
    parser.add_argument("--libraries", default="hnswlib,usearch", help="which, with commas between")
    parser.add_argument("--data", default="clustered,uniform", help="which, with commas between")
    parser.add_argument("--kinds", default="f32,int8", help="which, with commas between")
    parser.add_argument("--count", type=int, help="vectors [100000]")
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--distance", choices=("l2", "cosine", "ip"), default="cosine")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--rounds", type=int, help="of searching [5]")
    parser.add_argument("--churn", type=int, help="rounds of deleting and adding half of the vectors [5]")
    parser.add_argument("--ef-construction", type=int, default=200, help="of the libraries; Ferrite has its default")
    parser.add_argument("--ferrite-ef-construction", type=int, help="of Ferrite")
    parser.add_argument("--quick", action="store_true", help="10,000 vectors, 2 rounds, clustered only")
    plan = parser.parse_args()
    plan.count = plan.count or (10_000 if plan.quick else 100_000)
    plan.rounds = plan.rounds or (2 if plan.quick else 5)
    plan.churn = (2 if plan.quick else 5) if plan.churn is None else plan.churn
    plan.data = ["clustered"] if plan.quick else split(parser, "--data", plan.data, ("clustered", "uniform"))
    plan.kinds = split(parser, "--kinds", plan.kinds, ("f32", "int8"))
    plan.libraries = split(parser, "--libraries", plan.libraries, libraries.LIBRARIES)
    for name in MISSING:
        if name in plan.libraries:
            say(f"{name} is missing and left out: pip install -r benches/vectors/requirements.txt")
            plan.libraries.remove(name)
    return plan


def split(parser, option, words, known):
    words = [word for word in words.split(",") if word]
    if unknown := set(words) - set(known):
        parser.error(f"{option}: {', '.join(sorted(unknown))} is not among {', '.join(known)}")
    return words


class Result:
    """What was measured of one contender."""

    def __init__(self, contender):
        self.contender = contender
        self.label = f"{contender.name} {contender.kind}"
        self.build, self.build_processor = 0.0, 0.0
        self.widths = {}
        self.recalls = {}
        self.seconds = {}
        self.processor = {}
        self.memory = 0


def build(results, plan):
    """A part of the vectors at a time, so that all grow together."""
    for part in range(PARTS):
        first, end = plan.count * part // PARTS, plan.count * (part + 1) // PARTS
        for result in results:
            result.build += result.contender.add(first, end)
            result.build_processor += result.contender.processor
        say("built " + ", ".join(f"{result.label} {end} in {result.build:.1f} s" for result in results))


def recall_at(result, data, ef):
    if ef not in result.recalls:
        result.recalls[ef] = data.recall(result.contender.search(K, ef)[1])
    return result.recalls[ef]


def choose_widths(results, data):
    """The least EF of the ladder that reaches each recall; none where even the greatest does not."""
    for result in results:
        for wanted in RECALLS:
            low, high = 0, len(WIDTHS)
            while low < high:
                middle = (low + high) // 2
                low, high = (low, middle) if recall_at(result, data, WIDTHS[middle]) >= wanted else (middle + 1, high)
            result.widths[wanted] = WIDTHS[low] if low < len(WIDTHS) else None
        for ef in (100, 1000):
            recall_at(result, data, ef)
        shown = ", ".join(f"{recall:.4f} at EF {ef}" for ef, recall in sorted(result.recalls.items()))
        say(f"recall of {result.label}: {shown}")


def search(results, plan):
    """Rounds in turn."""
    for number in range(plan.rounds):
        for wanted in RECALLS:
            for result in results:
                if (ef := result.widths[wanted]) is not None:
                    result.seconds.setdefault(wanted, []).append(result.contender.search(K, ef)[0])
                    result.processor.setdefault(wanted, []).append(result.contender.processor)
        say(f"round {number + 1} of {plan.rounds}")


def rate(seconds, plan):
    """Searches in a second, by the median of the rounds."""
    return plan.queries / statistics.median(seconds) if seconds else None


def cell(value, form="{:,.0f}"):
    return "-" if value is None else form.format(value)


def table(title, head, rows):
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}\n")
    for row in [head, ["-" * width for width in widths], *rows]:
        first, *others = zip(row, widths, strict=True)
        print("  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]).rstrip())
    sys.stdout.flush()


def show(results, data, plan):
    head = ["", "build s", "own", "bytes a vector", "recall EF 100", "recall EF 1000"]
    for wanted in RECALLS:
        head += [f"EF for {wanted}", "searches/s", "own"]
    rows = []
    for result in results:
        row = [result.label, f"{result.build:.1f}", f"{result.build_processor:.1f}", cell(result.memory / plan.count)]
        row += [f"{result.recalls[100]:.4f}", f"{result.recalls[1000]:.4f}"]
        for wanted in RECALLS:
            rates = [rate(times.get(wanted), plan) for times in (result.seconds, result.processor)]
            row += [cell(result.widths[wanted]), *map(cell, rates)]
        rows.append(row)
    count, dimension = data.vectors.shape
    table(f"{data.name}, {count:,} x {dimension}, {data.distance}, the {K} nearest", head, rows)
    goals(results, data, plan)


def goals(results, data, plan):
    """Ratios, and what is wanted of them."""
    own = {result.contender.kind: result for result in results if result.contender.name == "ferrite"}
    others = [result for result in results if result.contender.name != "ferrite" and result.contender.kind == "f32"]
    rows = []

    def row(what, value, least=None, most=None):
        if value is not None:
            met = (least is None or value >= least) and (most is None or value <= most)
            goal = f">= {least}" if least is not None else f"<= {most}"
            rows.append([what, f"{value:.3f}", goal, "met" if met else "missed"])

    f32, int8 = own.get("f32"), own.get("int8")
    if f32:
        ef = 1000 if data.name == "uniform" else 100
        row(f"recall at EF {ef}", f32.recalls[ef], least=0.95)
    if f32 and others:
        row("build time / the better library's", f32.build / min(other.build for other in others), most=2.5)
        own_build = f32.build_processor / min(other.build_processor for other in others)
        row("the same by processor time", own_build, most=2.5)
        for wanted in RECALLS:
            for what, times in (
                (f"searches at recall {wanted} / the better library's", lambda result: result.seconds),
                ("the same by processor time", lambda result: result.processor),
            ):
                best = max(rate(times(other).get(wanted), plan) or 0 for other in others)
                mine = rate(times(f32).get(wanted), plan)
                row(what, mine / best if best and mine else None, least=0.5)
        row("memory / the better library's", f32.memory / min(other.memory for other in others), most=1.1)
    if f32 and int8:
        most = 0.35 if plan.dimension >= 384 else 0.45
        row("int8 memory / f32 memory", int8.memory / f32.memory, most=most)
        accounted = int8.contender.accounted() / f32.contender.accounted()
        row("the same as the store counts it", accounted, most=most)
    if rows:
        table("goals", ["", "ratio", "goal", ""], rows)


def churn(result, data, plan):
    """Half of the vectors, others each time, are deleted and come again."""
    contender, numbers, chance = result.contender, list(range(plan.count)), random.Random(datasets.SEED)
    ef = 1000 if data.name == "uniform" else 100
    rows = [["0", "", "", f"{result.recalls[ef]:.4f}", f"{result.memory / plan.count:,.0f}", "1.00"]]
    for number in range(plan.churn):
        half = chance.sample(numbers, plan.count // 2)
        removed, added = contender.remove_some(half), contender.add_some(half)
        recall, memory = data.recall(contender.search(K, ef)[1]), contender.memory()
        ratio = f"{memory / result.memory:.2f}"
        rows.append(
            [f"{number + 1}", f"{removed:.1f}", f"{added:.1f}", f"{recall:.4f}", cell(memory / plan.count), ratio]
        )
        say(f"round {number + 1} of coming and going: recall {recall:.4f}, memory {ratio}")
    head = ["round", "delete s", "add s", f"recall EF {ef}", "bytes a vector", "memory"]
    table(f"{result.label}: half deleted and added again (goals: recall >= 0.94, memory <= 1.2)", head, rows)


def contenders(data, plan, program):
    """Each in a process of its own, so that the growth of its memory is one index alone."""
    for kind in plan.kinds:
        if program:
            yield ferrite.Contender(program, data, kind, plan.ferrite_ef_construction)
        for name in plan.libraries:
            if kind == "f32" or name == "usearch":
                yield libraries.Contender(libraries.LIBRARIES[name], data, kind, plan.ef_construction)


def main():
    plan = arguments()
    program = None if plan.ferrite == "none" else ferrite.binary(plan.ferrite)
    if not program and not plan.libraries:
        sys.exit("nothing to compare: neither a ferrite nor a library")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in plan.data:
        say(f"making {name}, {plan.count} x {plan.dimension}")
        data = datasets.make(name, plan.count, plan.dimension, plan.queries, plan.distance)
        results = []
        try:
            for contender in contenders(data, plan, program):
                results.append(Result(contender))
            build(results, plan)
            for result in results:
                result.memory = result.contender.memory()
            choose_widths(results, data)
            search(results, plan)
            show(results, data, plan)
            for result in results:
                if plan.churn and result.contender.name == "ferrite" and result.contender.kind == "f32":
                    churn(result, data, plan)
        finally:
            for result in results:
                result.contender.close()


if __name__ == "__main__":
    main()
