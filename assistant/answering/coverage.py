"""Deciding whether the articles cover a question at all: no answer is better than a guess."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.answering.terms import said
from assistant.chunking import sentence_text
from assistant.index.live import Index
from assistant.index.snapshot import field_text
from assistant.retrieval import Hit, Query, covered_stems
from assistant.text import stems

THRESHOLD = 0.45

# Logistic weights, fitted on the development parts of evals/cases/answers and on questions about
# other medicines and illnesses; docs/answering.md says what they reach on the half kept unseen.
_BIAS = -6.0
_SENTENCE = 4.1
_PASSAGE = 4.2
_LINE = 2.5
_NEAR = 0.7
_WHOLE = 1.5  # one sentence says every word of the question, and the words are rare
_RARE = 1.2  # weight of such words together
_LENGTH = 1.1  # a long message is never covered word by word; this gives back what it loses there
_TOPIC = 0.8
_SUBJECT_ELSEWHERE = -3.2
_ALL = 0.95
_LONG_QUERY = 8  # terms
# Unless it is surely covered, a short question is answered only by sentences that say its telling
# words.
_SURE = 0.8
_FEW_TERMS = 3
_TELLING = 0.7
_SAID = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well the passages found cover a question. ``confidence`` is between 0 and 1.

    ``missing`` are subjects the question names and no article uses: with one of them there is
    no answer, whatever the other signals say.
    """

    missing: frozenset[str]
    confidence: float

    @property
    def enough(self) -> bool:
        """Whether an answer may be quoted."""
        return not self.missing and self.confidence >= THRESHOLD


def coverage(index: Index, query: Query, hits: Sequence[Hit]) -> Coverage:
    """Signals of agreement between ``query`` and the best ``hits``, and their sum."""
    if not hits:
        return Coverage(missing=frozenset(), confidence=0.0)
    best = hits[:3]
    near = covered_stems(index, best)
    found = near | covered_stems(index, hits[len(best) : 5])
    named = _subjects() & set(query.stems)
    line = _best_line(index, query, hits[:6])
    logit = (
        _BIAS
        + _SENTENCE * max(float(h.sentence_cosines.max()) for h in best)
        + _PASSAGE * hits[0].cosine
        + _LINE * line
        + _WHOLE * (line >= _ALL and sum(term.weight for term in query.terms) >= _RARE)
        + _NEAR * said(query.terms, near)
        + _LENGTH * min(len(query.terms), _LONG_QUERY) / _LONG_QUERY
        + _TOPIC * hits[0].topic
        + _SUBJECT_ELSEWHERE * bool(named - found)
    )
    return Coverage(
        missing=frozenset(stem for stem in named if not index.knows(stem)),
        confidence=1.0 / (1.0 + math.exp(-logit)),
    )


def _best_line(index: Index, query: Query, hits: Sequence[Hit]) -> float:
    """How much of the question one sentence says, with the headings above it."""
    best = 0.0
    for hit in hits:
        above = set(stems(field_text(index.library, hit.passage)))
        article = index.library.articles[hit.passage.article]
        for position in range(len(hit.passage.sentences)):
            own = stems(sentence_text(article, hit.passage, position))
            best = max(best, said(query.terms, above.union(own)))
    return best


def says_what_was_asked(query: Query, found: Collection[str], confidence: float = 0.0) -> bool:
    """Whether an answer with the stems ``found`` says every telling word of a short question.

    "Does smoking make back pain worse" is not answered by other things that make it worse.
    """
    if len(query.terms) > _FEW_TERMS or confidence >= _SURE:
        return True
    telling = (t for t in query.terms if t.known and t.weight >= _TELLING)
    return all(term.said_by(found) >= _SAID for term in telling)


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
