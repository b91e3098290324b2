"""usearch and hnswlib, each index in a process of its own, so that its memory is the growth of that process."""

import importlib
import multiprocessing
import time

M = 16


def resident(pid="self"):
    """Bytes of memory of a process."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


class Hnswlib:
    """PyPI's hnswlib; its rows are as wide as the vectors, it has no others."""

    name = "hnswlib"
    module = "hnswlib"

    def __init__(self, dimension, count, distance, ef_construction, _kind):
        import hnswlib

        self.index = hnswlib.Index(distance, dimension)
        self.index.init_index(count, ef_construction=ef_construction, M=M, random_seed=1)
        self.index.set_num_threads(1)

    def add(self, vectors, ids):
        self.index.add_items(vectors, ids, num_threads=1)

    def search(self, queries, k, ef):
        self.index.set_ef(max(ef, k))
        return self.index.knn_query(queries, k, num_threads=1)[0]


class Usearch:
    """PyPI's usearch."""

    name = "usearch"
    module = "usearch.index"

    def __init__(self, dimension, _count, distance, ef_construction, kind):
        from usearch.index import Index

        metric = {"l2": "l2sq", "cosine": "cos", "ip": "ip"}[distance]
        dtype = {"f32": "f32", "int8": "i8"}[kind]
        self.index = Index(
            ndim=dimension,
            metric=metric,
            dtype=dtype,
            connectivity=M,
            expansion_add=ef_construction,
            expansion_search=64,
        )

    def add(self, vectors, ids):
        self.index.add(ids, vectors, threads=1)

    def search(self, queries, k, ef):
        self.index.expansion_search = max(ef, k)
        return self.index.search(queries, k, threads=1).keys


def _serve(pipe, library, arguments, vectors, queries):
    """The other process: does what it is told and says how long it took."""
    import numpy

    importlib.import_module(library.module)
    index, base = None, resident()
    while True:
        try:
            what, *rest = pipe.recv()
        except EOFError:
            return
        began, before, reply = time.perf_counter(), time.process_time(), None
        if what == "add":
            first, end = rest
            index = index or library(*arguments)
            index.add(vectors[first:end], numpy.arange(first, end))
        elif what == "search":
            reply = index.search(queries, *rest)
        elif what == "memory":
            reply = resident() - base
        took = time.perf_counter() - began, time.process_time() - before
        pipe.send((*took, reply.tolist() if what == "search" else reply))


class Contender:
    """An index of a library."""

    def __init__(self, library, data, kind, ef_construction):
        self.name, self.kind = library.name, kind
        # Seconds of the process' own time that the last call took.
        self.processor = 0.0
        count, dimension = data.vectors.shape
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        arguments = (dimension, count, data.distance, ef_construction, kind)
        self.process = context.Process(
            target=_serve, args=(theirs, library, arguments, data.vectors, data.queries), daemon=True
        )
        self.process.start()
        theirs.close()

    def _ask(self, *what):
        try:
            self.pipe.send(what)
            seconds, self.processor, reply = self.pipe.recv()
        except (EOFError, OSError):
            raise SystemExit(f"{self.name} ended, see above") from None
        return seconds, reply

    def add(self, first, end):
        """Adds the vectors from `first` to `end`; seconds."""
        return self._ask("add", first, end)[0]

    def search(self, k, ef):
        """Searches with every query; seconds, and what was found."""
        return self._ask("search", k, ef)

    def memory(self):
        """Bytes that its process has grown by."""
        return self._ask("memory")[1]

    def close(self):
        """Ends the process: it does when nobody is at the other end."""
        self.pipe.close()
        self.process.join()


LIBRARIES = {library.name: library for library in (Hnswlib, Usearch)}
