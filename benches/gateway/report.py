"""The table."""

MIB = 1 << 20


def goal(value, most=None, least=None, unit=""):
    """A goal beside the figure that it is about."""
    if value is None:
        return ""
    is_met = (most is None or value <= most) and (least is None or value >= least)
    bound = f"≤ {most:g}" if most is not None else f"≥ {least:g}"
    return f"{bound}{unit} {'yes' if is_met else 'NO'}"


def form(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"


class Table:
    """Rows of one figure for each contender; Ferrite's may have a goal."""

    def __init__(self, results, names, versions):
        self.results, self.names = results, names
        self.rows = [["", *(f"{name} {versions.get(name, '')}".strip() for name in names), "goal"]]

    def row(self, title, cells, goal=""):
        self.rows.append([title, *cells, goal])

    def plain(self, title, name, digits, scale=1.0, instead=None, **limits):
        """Medians; `instead` has texts for those without."""
        values = {contender: self.results.median(contender, name) for contender in self.names}
        values = {contender: None if value is None else value * scale for contender, value in values.items()}
        cells = [
            (instead or {}).get(contender, "–") if value is None else form(value, digits)
            for contender, value in values.items()
        ]
        self.row(title, cells, goal(values.get("ferrite"), **limits) if limits else "")

    def added(self, title, name, digits=2, **limits):
        """What each adds to the upstream: the median of the rounds, and the range of them for Ferrite."""
        cells, own = [], None
        for contender in self.names:
            found = None if contender == "direct" else self.results.added(contender, name)
            own = found[0] if found and contender == "ferrite" else own
            cells.append(ranged(found, digits, contender == "ferrite"))
        self.row(title, cells, goal(own, **limits) if limits else "")

    def times(self, title, name, peer, least):
        """How many times a peer's figure Ferrite's is."""
        if peer not in self.names:
            return
        found = self.results.ratio("ferrite", peer, name)
        cells = [ranged(found, 1, True) if contender == "ferrite" else "" for contender in self.names]
        self.row(title, cells, goal(found[0] if found else None, least=least))

    def show(self):
        widths = [max(len(row[at]) for row in self.rows) for at in range(len(self.rows[0]))]
        line = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        for row in [self.rows[0], line, *self.rows[1:]]:
            cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
            print("| " + " | ".join(cells) + " |")


def ranged(found, digits, with_range):
    if found is None:
        return "–"
    middle, least, most = found
    shown = form(middle, digits)
    return f"{shown} ({form(least, digits)} to {form(most, digits)})" if with_range and least != most else shown


def print_table(results, names, versions, plan, sizes):
    """All rows, and the notes below."""
    table = Table(results, names, versions)
    cannot = {
        name: f"holds {results.median(name, 'calibration'):,.0f}/s"
        for name in names
        if results.median(name, f"p50 at {plan.rate}") is None
    }
    for rate, limits in ((plan.rate, ({"most": 0.3}, {"most": 1.5})), (plan.low_rate, ({}, {}))):
        at = f"at {rate:g} requests/s"
        table.plain(f"{at}: p50, ms", f"p50 at {rate}", 2, instead=cannot)
        table.plain("p99, ms", f"p99 at {rate}", 2, instead=cannot)
        table.plain("of it sent late by the load generator, p99, ms", f"late at {rate}", 2)
        table.added("added p50, ms", f"p50 at {rate}", **limits[0])
        table.added("added p99, ms", f"p99 at {rate}", **limits[1])
    table.plain(f"processor's time of a request at {plan.low_rate:g}/s, µs", f"processor at {plan.low_rate}", 0, 1e6)
    table.plain(f"the same at {plan.rate:g}/s, µs", f"processor at {plan.rate}", 0, 1e6, instead=cannot)
    table.plain(f"highest rate, {plan.connections} connections, requests/s", "highest", 0)
    table.plain("its p50, ms", "highest p50", 1)
    table.times("times LiteLLM's", "highest", "LiteLLM", 20)
    table.times("times Portkey's", "highest", "Portkey", 2)
    table.plain(f"{plan.stream_rate:g} streams/s: first content, p50, ms", "first p50", 2)
    table.added("added p50, ms", "first p50")
    table.added("added p99, ms", "first p99")
    table.plain("between chunks, p50, ms", "gap p50", 2)
    table.added("added p50, ms", "gap p50")
    table.added("added p99, ms", "gap p99")
    table.plain("chunks with content of a stream", "chunks", 1)
    if not plan.no_memory:
        table.plain("resident, just started, MiB", "idle", 1, 1 / MIB)
        own = results.median("ferrite", "loaded rate")
        at = {"most": 64} if own == plan.memory_rate else {}
        table.plain(f"at {plan.memory_rate:g} requests/s, or 0.7 of the highest rate, MiB", "loaded", 1, 1 / MIB, **at)
        table.plain("that rate, requests/s", "loaded rate", 0)
        table.plain("a further request in flight, KiB", "in flight", 0, 1 / 1024, most=300)
        table.plain("measured with so many in flight", "held", 0)
    if all(sizes.values()):
        gateway, engine = sizes["gateway.wasm"], sizes["embedder.wasm"]
        for title, size, most in (
            ("gateway.wasm, kB", gateway, 1000),
            ("with the model engine's embedder.wasm, kB", gateway + engine, 3000),
        ):
            cells = [form(size / 1000, 0) if name == "ferrite" else "" for name in names]
            table.row(title, cells, goal(size / 1000, most=most))
    table.show()
    for text in results.notes:
        print(f"\n{text}")
