"""A second reader for orders: a linear model over words and letters that learned from examples.

It catches wordings that no rule names. ``training/orders.py`` makes its weights, the same ones
from the same examples; they need nothing but NumPy here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.screening.disguises import folded

BUCKETS = 1 << 15  # for words, and as many again for letters
_TOKEN = re.compile(r"[a-z']+|\d+|[^\w\s]")
_LONGEST_RUN = 3  # words in a row
_LETTERS = (3, 4, 5)
_SHORTEST = 5  # words; "Yes." and "New words here." are like anything


class _Weights(NamedTuple):
    weights: NDArray[np.float32]
    bias: float
    threshold: float


def features(sentence: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The features of ``sentence``: bucket numbers, each once, and their values.

    Words and letters each have length one, so that a long sentence weighs no more than a short.
    """
    tokens = _TOKEN.findall(folded(sentence))
    parts = []
    for offset, names in ((0, _runs(tokens)), (BUCKETS, _letters(tokens))):
        found = sorted({zlib.crc32(name.encode()) % BUCKETS + offset for name in names})
        value = 1.0 / np.sqrt(max(1, len(found)))
        parts.append((np.array(found, np.int64), np.full(len(found), value, np.float32)))
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _runs(tokens: list[str]) -> Iterator[str]:
    framed = ["^", *tokens, "$"]
    for size in range(1, _LONGEST_RUN + 1):
        for start in range(len(framed) - size + 1):
            yield " ".join(framed[start : start + size])


def _letters(tokens: list[str]) -> Iterator[str]:
    for token in tokens:
        framed = f" {token} "
        for size in _LETTERS:
            for start in range(max(1, len(framed) - size + 1)):
                yield framed[start : start + size]


@cache
def _model() -> _Weights:
    source = resources.files("assistant").joinpath("data/orders.npz")
    with source.open("rb") as stream, np.load(stream) as saved:
        weights = saved["weights"].astype(np.float32) * float(saved["scale"])
        return _Weights(weights, float(saved["bias"]), float(saved["threshold"]))


def likeness(sentence: str) -> float:
    """How much ``sentence`` is like an order to the assistant; above 0 it counts as one."""
    if len(sentence.split()) < _SHORTEST:
        return -1.0
    model = _model()
    buckets, values = features(sentence)
    return float(model.weights[buckets] @ values) + model.bias - model.threshold
