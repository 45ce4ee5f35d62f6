"""Two articles that say opposite things on one point: both are shown, with their dates.

Only what can be told from words alone counts: nearly the same sentence, one of them denied, or with
another number of the same unit. Most disagreements are subtler; a person must find those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answering.compose import Pick
from assistant.answering.units import quotable
from assistant.embedding import Vectors
from assistant.index.live import Index
from assistant.records import Article
from assistant.retrieval import Hit
from assistant.text import plain, stems

NOTE = "Our articles do not agree on this point: {first} and {second}. Please ask your doctor."

_SAME_POINT = 0.80  # cosine of the two sentences
_SAME_WORDS = 0.85  # share of the words of the longer one that both have
_DENIES = re.compile(r"\b(no|not|never|cannot|nor|neither|without|unlikely|rarely)\b|n't\b", re.I)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")
_AMOUNT = re.compile(
    rf"\b(\d+|{'|'.join(_WORDS)})(?:\s*(?:to|or|-|–)\s*(\d+|{'|'.join(_WORDS)}))?\s+"
    r"(minute|hour|day|week|month|year|percent|time)s?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``other`` says the opposite of the pick at ``position``; ``note`` tells the reader so."""

    position: int
    other: Pick
    note: str


def disagreement(index: Index, picks: Sequence[Pick], hits: Sequence[Hit]) -> Disagreement | None:
    """The first pick that a sentence of another article contradicts, or ``None``."""
    by_passage = {hit.passage.id: hit for hit in hits}
    for position, pick in enumerate(picks):
        own = by_passage.get(pick.passage.id)
        if own is None or pick.passage.sentences[pick.position].kind != "sentence":
            continue
        text, vector = _text(index, pick), own.sentence_vectors[pick.position]
        for hit in hits:
            if hit.passage.article == pick.passage.article:
                continue
            other = _opposite(index, hit, text, vector)
            if other is not None:
                names = (_named(index, pick), _named(index, other))
                return Disagreement(position, other, NOTE.format(first=names[0], second=names[1]))
    return None


def _opposite(index: Index, hit: Hit, text: str, vector: Vectors) -> Pick | None:
    """The sentence of ``hit`` on the same point as ``text`` that says the opposite."""
    near = hit.sentence_vectors @ vector
    for position, sentence in enumerate(hit.passage.sentences):
        if near[position] < _SAME_POINT or sentence.kind != "sentence":
            continue
        other = Pick(passage=hit.passage, position=position)
        words = _text(index, other)
        if quotable(words) and contradict(text, words):
            return other
    return None


def contradict(first: str, second: str) -> bool:
    """Whether two sentences of nearly the same words differ in a denial or in an amount."""
    own, other = ({*stems(_AMOUNT.sub(" ", _DENIES.sub(" ", t)))} for t in (first, second))
    if not own or not other or len(own & other) < _SAME_WORDS * max(len(own), len(other)):
        return False
    if bool(_DENIES.search(first)) != bool(_DENIES.search(second)):
        return True
    amounts = _amounts(first), _amounts(second)
    return any(
        amounts[0][unit].isdisjoint(amounts[1][unit]) for unit in amounts[0].keys() & amounts[1]
    )


def _amounts(text: str) -> dict[str, set[str]]:
    """The numbers that ``text`` names, by unit."""
    found: dict[str, set[str]] = {}
    for match in _AMOUNT.finditer(text):
        low, high, unit = match.groups()
        numbers = {n.lower() for n in (low, high) if n}
        found.setdefault(unit.lower(), set()).update(
            str(_WORDS.index(n) + 1) if n in _WORDS[:10] else n for n in numbers
        )
    return found


def _named(index: Index, pick: Pick) -> str:
    article = index.library.articles[pick.passage.article]
    return f"“{article.title}” ({_dated(article)})"


def _dated(article: Article) -> str:
    day: date | None = article.reviewed or article.published
    if day is None:
        return "no date"
    return f"{'reviewed' if article.reviewed else 'published'} {day:%d %B %Y}"


def _text(index: Index, pick: Pick) -> str:
    return plain(index.library.quote(pick.passage.article, pick.span))
