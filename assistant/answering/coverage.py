"""Deciding whether the articles cover a question at all: no answer is better than a guess."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.answering.asked import asked_about
from assistant.answering.terms import said
from assistant.answering.words import subject_words
from assistant.chunking import sentence_text
from assistant.index.live import Index
from assistant.index.texts import field_text
from assistant.records import DEFAULT_LANGUAGE
from assistant.retrieval import Hit, Query, Term, covered_stems
from assistant.text import stems, words

_ALL = 0.95  # from here on a sentence says every word of the question
_RARE = 1.2  # weight of words that are rare together
_LONG_QUERY = 8  # terms
_LONG_TEXT = 40  # words
# The fewer words a question has, the more each of them counts.
_SHORTNESS = {0: 1.0, 1: 1.0, 2: 1.0, 3: 0.7, 4: 0.4, 5: 0.4}
_LEAST_SHORT = 0.15
# Unless it is surely covered, a short question is answered only by sentences that say its telling
# words, or nearly so: what an answer leaves unsaid of each may weigh this much. A word that no
# article uses is not held against them: most such words only tell a story.
_SURE = 0.44
_FEW_TERMS = 5
_UNSAID = 0.5
_SAID = 0.25
# "What shoes should I wear" is answered only by words about shoes.
_ASKED_THING = re.compile(
    r"\b(?:what|which)\s+(?P<thing>[\w-]+)\s+(?:is|are|do|does|can|could|should|would|will|has|have|"
    r"must|might|to|for|helps?|works?|cures?|rebuilds?|dissolves?)\b",
    re.I,
)
_RARE_THING = 0.5


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
        return not self.missing and self.confidence >= _model().threshold


@dataclass(frozen=True, slots=True)
class _Model:
    bias: float
    weights: Mapping[str, float]
    threshold: float


def coverage(index: Index, query: Query, hits: Sequence[Hit]) -> Coverage:
    """How surely ``hits`` answer ``query``: a logistic model over their signals."""
    if not hits:
        return Coverage(missing=frozenset(), confidence=0.0)
    values = signals(index, query, hits)
    model = _model()
    logit = model.bias + sum(weight * values[name] for name, weight in model.weights.items())
    named = _subjects() & set(query.stems)
    return Coverage(
        missing=frozenset(stem for stem in named if not index.knows(stem)),
        confidence=1.0 / (1.0 + math.exp(-logit)),
    )


def signals(index: Index, query: Query, hits: Sequence[Hit]) -> dict[str, float]:
    """What tells whether ``hits``, at least one, answer ``query``; ``training/coverage.py`` fits.

    "line" is the sentence that says most of the question, read with the headings above it; "near"
    stands for the three best passages together.
    """
    best, terms = hits[:3], query.terms
    near = covered_stems(index, best)
    found = near | covered_stems(index, hits[len(best) : 5])
    line = _best_line(index, query, hits[:6])
    weight = sum(term.weight for term in terms)
    unsaid, unsaid_near = _unsaid(terms, line), _unsaid(terms, near)
    short = _SHORTNESS.get(len(terms), _LEAST_SHORT)
    articles = [hit.passage.article for hit in hits[:5]]
    return {
        "sentence": max(float(h.sentence_cosines.max()) for h in best),
        "passage": hits[0].signals["passage"],
        "expected": max(float(h.expected_cosines.max()) for h in best),
        "expected_passage": hits[0].expected_cosine,
        "heading": max(h.heading_cosine for h in best),
        "title": max(h.signals["title"] for h in best),
        "score": hits[0].score,
        "match": hits[0].signals["match"],
        "body": max(h.signals["body"] for h in best),
        "fields": hits[0].signals["fields"],
        "kind": max(h.signals["kind"] for h in best),
        "topic": hits[0].signals["topic"],
        "agree": articles.count(articles[0]) / len(articles),
        "line": said(terms, line),
        "whole": float(said(terms, line) >= _ALL and weight >= _RARE),
        "pinpoint": max((t.weight for t in terms if t.known), default=0.0)
        * (said(terms, line) >= _ALL),
        "near": said(terms, near),
        "unsaid": unsaid,
        "unsaid_near": unsaid_near,
        "short": short,
        "short_unsaid": short * unsaid,
        "short_unsaid_near": short * unsaid_near,
        "short_unknown": short * max((t.weight for t in terms if not t.known), default=0.0),
        "unknown": sum(t.weight for t in terms if not t.known) / weight if weight else 0.0,
        "wordless": float(not terms),
        "terms": min(len(terms), _LONG_QUERY) / _LONG_QUERY,
        "words": min(len(query.text.split()), _LONG_TEXT) / _LONG_TEXT,
        "elsewhere": float(bool((_subjects() & set(query.stems)) - found)),
    }


def _unsaid(terms: Sequence[Term], found: Collection[str]) -> float:
    """The weight of the most telling term that ``found`` does not say, between 0 and 1."""
    return max((t.weight * (1.0 - t.said_by(found)) for t in terms), default=0.0)


def _best_line(index: Index, query: Query, hits: Sequence[Hit]) -> frozenset[str]:
    """Stems of the sentence, with the headings above it, that says most of the question."""
    best, most = frozenset[str](), -1.0
    for hit in hits:
        above = frozenset(stems(field_text(index.library, hit.passage)))
        article = index.library.articles[hit.passage.article]
        for position in range(len(hit.passage.sentences)):
            own = above.union(stems(sentence_text(article, hit.passage, position)))
            share = said(query.terms, own)
            if share > most:
                best, most = own, share
    return best


def says_what_was_asked(query: Query, found: Collection[str], confidence: float = 0.0) -> bool:
    """Whether an answer with the stems ``found`` is about what the question turns on.

    "Does smoking make back pain worse" is not answered by other things that make it worse,
    "which hospital" only by words about hospitals, and "are weighted blankets any good" only by
    words about blankets.
    """
    things = {m["thing"].lower() for m in _ASKED_THING.finditer(query.text)}
    asked = [t for t in query.terms if t.word in things and t.weight >= _RARE_THING]
    asked += [t for t in query.terms if t.weight >= _RARE_THING and _named(t, query)]
    if not all(term.said_by(found) >= _SAID for term in asked):
        return False
    if len(query.terms) > _FEW_TERMS or confidence >= _SURE:
        return True
    return _unsaid([t for t in query.terms if t.known], found) <= _UNSAID


def _named(term: Term, query: Query) -> bool:
    """Whether ``term`` names a thing that the question turns on."""
    return query.lang == DEFAULT_LANGUAGE and asked_about(query.text).issuperset(words(term.word))


@cache
def _subjects() -> frozenset[str]:
    """Stems of the words that name what a question is about."""
    return frozenset(stem for word in subject_words() for stem in stems(word))


@cache
def _model() -> _Model:
    saved = tomllib.loads(_data("coverage.toml"))
    return _Model(saved["bias"], saved["weights"], saved["threshold"])


def _data(name: str) -> str:
    return resources.files("assistant").joinpath(f"data/{name}").read_text(encoding="utf-8")
