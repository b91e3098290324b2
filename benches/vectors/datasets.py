"""Vectors that a seed repeats, and which are truly the nearest."""

import dataclasses

import numpy

SEED = 42
# How many are to be found.
K = 10


@dataclasses.dataclass
class Dataset:
    """Vectors, queries from the same source, and the numbers of the K vectors that are nearest to each query."""

    name: str
    distance: str
    vectors: numpy.ndarray
    queries: numpy.ndarray
    truth: list

    def recall(self, found):
        """The share of the true nearest among what was found for each query."""
        hits = sum(len(truth.intersection(ids)) for truth, ids in zip(self.truth, found, strict=True))
        return hits / (K * len(self.truth))


def make(name, count, dimension, queries, distance):
    """`uniform`: every number by itself, the hardest there is. `clustered`: normal around one of `count` / 100 centres."""
    random = numpy.random.default_rng(SEED)
    rows = count + queries
    if name == "uniform":
        numbers = random.random((rows, dimension), dtype=numpy.float32) * 2 - 1
    else:
        centres = random.random((max(count // 100, 1), dimension), dtype=numpy.float32) * 2 - 1
        noise = random.standard_normal((rows, dimension), dtype=numpy.float32) * numpy.float32(0.3)
        numbers = centres[random.integers(0, len(centres), rows)] + noise
    vectors, asked = numpy.ascontiguousarray(numbers[:count]), numpy.ascontiguousarray(numbers[count:])
    return Dataset(name, distance, vectors, asked, nearest(vectors, asked, distance))


def nearest(vectors, queries, distance):
    """By comparing all, some queries at a time."""
    vectors = vectors.astype(numpy.float64)
    squares = (vectors**2).sum(axis=1)
    if distance == "cosine":
        vectors /= numpy.sqrt(squares)[:, None]
    truth = []
    for some in numpy.array_split(queries.astype(numpy.float64), max(len(queries) // 100, 1)):
        far = -(some @ vectors.T)
        if distance == "l2":
            far = 2 * far + squares
        truth += [set(row) for row in numpy.argpartition(far, K, axis=1)[:, :K].tolist()]
    return truth
