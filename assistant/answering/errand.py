"""What a message wants when it is no question for the articles, learned from examples.

A linear model over words and letters, made by ``training/errands.py``. It only ever chooses between
fixed words and looking in the articles, and leans towards the articles.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.screening.likeness import BUCKETS, features

QUESTION = "question"
SIZE = 1 << 12  # buckets for words, and as many again for letters
_SHORTHAND = {
    "u": "you",
    "yous": "you",
    "ur": "your",
    "r": "are",
    "wanna": "want to",
    "pls": "please",
}
_LATER = 0.2  # of the chance that a first message may have of being a question
_SURELY = 0.6  # chance of a question from which on no likeness to an errand counts
LONGEST = 30  # words; longer messages tell a story around their question


class _Model(NamedTuple):
    names: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    threshold: float


def message_features(message: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Bucket numbers below ``2 * SIZE`` and their values; a bucket may occur twice."""
    spelt_out = " ".join(_SHORTHAND.get(word, word) for word in message.lower().split())
    buckets, values = features(spelt_out)
    return np.where(buckets < BUCKETS, buckets % SIZE, SIZE + buckets % SIZE), values


def errand(message: str, *, later: bool = False) -> str | None:
    """The id of the fixed reply that ``message`` asks for, or ``None`` for a question.

    A ``later`` message leans on the ones before it ("can I drink on them?"), so that its words
    alone tell less: it must look like an errand much more.
    """
    if len(message.split()) > LONGEST:
        return None
    model, chances = _model(), _chances(message)
    question = model.names.index(QUESTION)
    if chances[question] > model.threshold * (_LATER if later else 1.0):
        return None
    chances[question] = 0.0
    return model.names[int(chances.argmax())]


def is_surely_question(message: str) -> bool:
    """Whether nothing about ``message`` looks like an errand."""
    return bool(_chances(message)[_model().names.index(QUESTION)] > _SURELY)


def _chances(message: str) -> NDArray[np.float32]:
    """The chance of each of the model's names, in their order."""
    model = _model()
    buckets, values = message_features(message)
    scores = values @ model.weights[buckets] + model.bias
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum(), dtype=np.float32)


@cache
def _model() -> _Model:
    source = resources.files("assistant").joinpath("data/errands.npz")
    with source.open("rb") as stream, np.load(stream) as saved:
        return _Model(
            tuple(str(name) for name in saved["names"]),
            saved["weights"].astype(np.float32) * float(saved["scale"]),
            saved["bias"].astype(np.float32),
            float(saved["threshold"]),
        )
