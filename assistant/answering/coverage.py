"""Deciding whether the articles cover a question at all: no answer is better than a guess."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.index.live import Index
from assistant.retrieval import Hit, Query, covered_stems
from assistant.text import stems

THRESHOLD = 0.75

# Logistic weights, fitted on the development parts of evals/cases/answers and on questions about
# other medicines and illnesses; docs/answering.md says what they reach on the test part.
_BIAS = -6.07
_SENTENCE = 5.8
_HEADING = 2.0
_WORDS = 3.0
_LENGTH = 2.9  # a long message is never covered word by word; this gives back what it loses there
_TOPIC = 0.94
_SUBJECT_ELSEWHERE = -2.9
_LONG_QUERY = 10  # stems


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well the passages found cover a question. ``confidence`` is between 0 and 1.

    ``missing`` are subjects the question names and no article uses: with one of them there is
    no answer, whatever the other signals say.
    """

    sentence: float
    heading: float
    words: float
    topic: float
    missing: frozenset[str]
    confidence: float

    @property
    def enough(self) -> bool:
        """Whether an answer may be quoted."""
        return not self.missing and self.confidence >= THRESHOLD


def coverage(index: Index, query: Query, hits: Sequence[Hit]) -> Coverage:
    """Signals of agreement between ``query`` and the best ``hits``, and their sum."""
    best = hits[:3]
    sentence = max((float(h.sentence_cosines.max()) for h in best), default=0.0)
    heading = max((h.heading_cosine for h in best), default=0.0)
    topic = best[0].topic if best else 0.0
    near = covered_stems(index, best)
    found = near | covered_stems(index, hits[len(best) : 5])
    words = _share_covered(index, query, near)
    named = _subjects() & set(query.stems)
    missing = frozenset(stem for stem in named if not index.knows(stem))
    logit = (
        _BIAS
        + _SENTENCE * sentence
        + _HEADING * heading
        + _WORDS * words
        + _LENGTH * min(len(query.stems), _LONG_QUERY) / _LONG_QUERY
        + _TOPIC * topic
        + _SUBJECT_ELSEWHERE * bool(named - found)
    )
    return Coverage(
        sentence=sentence,
        heading=heading,
        words=words,
        topic=topic,
        missing=missing,
        confidence=1.0 / (1.0 + math.exp(-logit)) if hits else 0.0,
    )


def _share_covered(index: Index, query: Query, found: frozenset[str]) -> float:
    """Share of the question's words found, rare words counting more."""
    weights = {stem: index.rarity(stem) for stem in query.stems}
    total = sum(weights.values())
    covered = sum(weight for stem, weight in weights.items() if stem in found)
    return covered / total if total else 0.0


def meets_demands(question: str, answer: str) -> bool:
    """Whether ``answer`` holds the kind of words that ``question`` demands (a price, a number)."""
    return all(needed.search(answer) for asked, needed in _demands() if asked.search(question))


@cache
def _subjects() -> frozenset[str]:
    """Stems of the words that name what a question is about."""
    rows = tomllib.loads(_data("subjects.toml"))["subjects"]
    return frozenset(stem for text in rows.values() for stem in stems(text))


@cache
def _demands() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    rows = tomllib.loads(_data("demands.toml"))["demand"]
    return tuple(
        (re.compile("|".join(row["asked"]), re.I), re.compile("|".join(row["needed"]), re.I))
        for row in rows
    )


def _data(name: str) -> str:
    return resources.files("assistant").joinpath(f"data/{name}").read_text(encoding="utf-8")
