"""How passages found are ordered: weighted signals, and what was learned from questions answered.

For the shipped encoder two small linear readings of vectors that exist anyway are added: which
sort of information a question wants and a passage gives, and a low-rank match of the two vectors.
``training/ranking.py`` fits them and the weights; another encoder is ordered by plain weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors

Numbers = NDArray[np.float32]

# What speaks for a passage. "heading" is the better of heading and, a little less, title.
SIGNALS = (
    "passage", "sentence", "title", "heading", "body", "fields", "kind", "topic", "sort", "match",
)  # fmt: skip
_PLAIN: Mapping[str, float] = {
    "passage": 0.45, "sentence": 0.30, "title": 0.14, "heading": 0.45, "body": 0.25,
    "fields": 0.18, "kind": 0.10, "topic": 0.50,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Linear readings of the vectors of one encoder, of dimension ``d``.

    ``asked`` and ``given``, shape ``(sorts, d + 1)``, hold weights and bias of each sort of
    information; those that are asked for come first in ``given``. ``question`` and ``passage``,
    shape ``(d, rank)``, are the two sides of the match.
    """

    asked: Numbers
    given: Numbers
    question: Numbers
    passage: Numbers

    def sort(self, question: Vectors, passages: Vectors) -> Numbers:
        """How surely each passage gives the sort of information asked for, from 0 to 1."""
        wanted = _chances(question[None, :], self.asked)[0]
        agreement: Numbers = _chances(passages, self.given)[:, : len(wanted)] @ wanted
        return agreement

    def match(self, question: Vectors, passages: Vectors) -> Numbers:
        """The learned match of each passage with the question; about -2 to 2."""
        matched: Numbers = passages @ self.passage @ (self.question.T @ question)
        return matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What each signal counts, by its name: under a heading, and where there is none."""

    headed: Mapping[str, float]
    bare: Mapping[str, float]
    readings: Readings | None = None

    def scores(self, signals: Numbers, headed: NDArray[np.bool_]) -> Numbers:
        """One score for each row of ``signals``, shape ``(passages, len(SIGNALS))``."""
        with_heading, without = (
            signals @ np.array([weights.get(name, 0.0) for name in SIGNALS], dtype=np.float32)
            for weights in (self.headed, self.bare)
        )
        chosen: Numbers = np.where(headed, with_heading, without)
        return chosen


PLAIN = Ranking(headed=_PLAIN, bare=_PLAIN)


def ranking_for(model_id: str) -> Ranking:
    """The fitted ranking when it was fitted for this encoder, plain weights otherwise."""
    model, fitted = _fitted()
    return fitted if model == model_id else PLAIN


@cache
def _fitted() -> tuple[str, Ranking]:
    data = resources.files("assistant").joinpath("data/ranking.npz")
    if not data.is_file():  # before the first fit
        return "", PLAIN
    with data.open("rb") as file, np.load(file, allow_pickle=False) as saved:
        arrays = {name: saved[name] for name in saved.files}
    readings = Readings(**{name: arrays[name] for name in Readings.__slots__})
    headed, bare = (
        {name: float(w) for name, w in zip(SIGNALS, arrays[side], strict=True)}
        for side in ("headed", "bare")
    )
    return str(arrays["model"]), Ranking(headed=headed, bare=bare, readings=readings)


def _chances(vectors: Vectors, weights: Numbers) -> Numbers:
    logits = vectors @ weights[:, :-1].T + weights[:, -1]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: Numbers = powers / powers.sum(axis=1, keepdims=True)
    return chances
