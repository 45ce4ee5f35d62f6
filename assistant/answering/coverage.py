"""Deciding whether the articles cover a question at all: no answer is better than a guess."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.index.live import Index
from assistant.retrieval import Hit, Query, covered_stems


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well the passages found cover a question. ``confidence`` is between 0 and 1."""

    sentence: float
    title: float
    heading: float
    words: float
    unknown: float
    confidence: float

    @property
    def enough(self) -> bool:
        """Whether an answer may be quoted."""
        return self.confidence >= THRESHOLD


THRESHOLD = 0.5

# Logistic weights; see docs/answering.md for the cases they were fitted on and what they reach.
_BIAS = -6.4
_SENTENCE = 7.0
_TITLE = 1.5
_HEADING = 1.0
_WORDS = 3.0
_UNKNOWN = -2.0


def coverage(index: Index, query: Query, hits: Sequence[Hit]) -> Coverage:
    """Signals of agreement between ``query`` and the best ``hits``, and their sum."""
    best = hits[:3]
    sentence = max((float(h.sentence_cosines.max()) for h in best), default=0.0)
    title = max((h.title_cosine for h in best), default=0.0)
    heading = max((h.heading_cosine for h in best), default=0.0)
    words, unknown = _words_covered(index, query, best)
    logit = (
        _BIAS
        + _SENTENCE * sentence
        + _TITLE * title
        + _HEADING * heading
        + _WORDS * words
        + _UNKNOWN * unknown
    )
    return Coverage(
        sentence=sentence,
        title=title,
        heading=heading,
        words=words,
        unknown=unknown,
        confidence=1.0 / (1.0 + math.exp(-logit)) if hits else 0.0,
    )


def _words_covered(index: Index, query: Query, hits: Sequence[Hit]) -> tuple[float, float]:
    """Share of the question's weight found in the hits, and share the library never uses."""
    weights = {stem: index.rarity(stem) for stem in query.stems}
    total = sum(weights.values())
    if not total:
        return 0.0, 0.0
    found = covered_stems(index, hits)
    covered = sum(weight for stem, weight in weights.items() if stem in found)
    unknown = sum(weight for stem, weight in weights.items() if not index.knows(stem))
    return covered / total, unknown / total
