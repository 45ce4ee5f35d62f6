"""Composing an answer from sentences that stand in the articles, in an order that reads well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.index.live import Index
from assistant.kinds import Kind, agreement
from assistant.records import Article, Passage, Span
from assistant.retrieval import Hit, Query
from assistant.text import plain, stems, words

# Weights of the signals that choose sentences, tuned on the development answer cases.
_OWN, _LEXICAL, _PASSAGE, _KIND, _CUE = 0.80, 0.05, 0.50, 0.035, 0.04
_KEEP = 0.79  # a further sentence must score at least this share of the best one
_SAME = 0.93  # cosine above which two sentences say the same thing
_REPEAT = 0.50  # how much likeness to what is already said counts against a sentence
_MAX_WORDS = 50
_SHORTEST_LIST = 3  # a lead-in and two items

_DANGLING = re.compile(
    r"^(this|these|those|that|it|its|they|them|their|such|he|she|both|either|then|there|here|but|and|"
    r"or|so|also|however|instead|otherwise|in addition|for this reason|as a result|because of this|"
    r"for example|other)\b",
    re.I,
)
_CUES: dict[Kind, re.Pattern[str]] = {
    Kind.CAUSES: re.compile(
        r"\bcaus|because|due to|result|come from|bring on|lead to|trigger", re.I
    ),
    Kind.TREATMENT: re.compile(r"treat|help|reliev|ease|therap|option|may include", re.I),
    Kind.DURATION: re.compile(r"\b(hours?|days?|weeks?|months?|years?|long-term)\b", re.I),
    Kind.DEFINITION: re.compile(r"\b(is|are|means|called)\b", re.I),
    Kind.WHO: re.compile(r"physiatrist|doctor|therapist|specialist|surgeon|pharmacist", re.I),
    Kind.WHEN: re.compile(
        r"\b(see|call|tell|contact|talk to)\b.{0,30}\bdoctor|get (medical )?(care|help)", re.I
    ),
    Kind.SAFETY: re.compile(r"risk|side effect|avoid|do not|should not|ask your|before", re.I),
    Kind.SYMPTOMS: re.compile(r"pain|feel|numb|stiff|symptom|sign|weak|ache", re.I),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A sentence chosen for the answer."""

    passage: Passage
    position: int

    @property
    def span(self) -> Span:
        """Where its words stand in the article."""
        return self.passage.sentences[self.position].span


@dataclass(slots=True)
class _Unit:
    """What is chosen as a whole: one sentence, or a lead-in with its items."""

    hit: Hit
    rank: int
    positions: tuple[int, ...]
    score: float
    vector: NDArray[np.float32]
    is_list: bool = False


def compose(
    index: Index,
    query: Query,
    hits: Sequence[Hit],
    *,
    limit: int = 6,
    permitted: Callable[[str], bool] = lambda _text: True,
) -> list[Pick]:
    """At most ``limit`` sentences or list items that answer ``query``, in reading order.

    A sentence is quoted only when ``permitted`` says so; a list loses the items it refuses.
    """
    units = _units(index, query, hits, permitted)
    if limit < _SHORTEST_LIST:
        units = [u for u in units if not u.is_list]  # a lead-in without its list says nothing
    if not units:
        return []
    chosen = _choose(units, limit)
    best, first = chosen[0], chosen[0].hit.passage.id
    chosen.sort(key=lambda u: (u is not best, u.hit.passage.id != first, u.rank, u.positions[0]))
    return [
        Pick(passage=unit.hit.passage, position=position)
        for unit in chosen
        for position in unit.positions
    ]


def _choose(units: list[_Unit], limit: int) -> list[_Unit]:
    """The best unit and then whatever adds something, while there is room."""
    best = max(units, key=lambda u: u.score)
    chosen, room = [_fit(best, limit)], limit - min(len(best.positions), limit)
    rest = [u for u in units if u is not best]
    while room > 0 and rest:
        scored = [(u.score - _REPEAT * _likeness(u, chosen), u) for u in rest]
        value, unit = max(scored, key=lambda pair: pair[0])
        rest.remove(unit)
        if value < 0:
            break
        if unit.score < _KEEP * best.score or _repeats(unit, chosen):
            continue
        if unit.is_list and _SHORTEST_LIST <= room < len(unit.positions):
            unit.positions = unit.positions[:room]
        if len(unit.positions) > room:
            continue
        chosen.append(unit)
        room -= len(unit.positions)
    return chosen


def _fit(unit: _Unit, limit: int) -> _Unit:
    unit.positions = unit.positions[:limit]
    return unit


def _likeness(unit: _Unit, chosen: Sequence[_Unit]) -> float:
    return max(float(unit.vector @ other.vector) for other in chosen)


def _repeats(unit: _Unit, chosen: Sequence[_Unit]) -> bool:
    taken = {
        (c.hit.passage.article, p)
        for c in chosen
        for p in c.positions
        if c.hit.passage.id == unit.hit.passage.id
    }
    if any((unit.hit.passage.article, p) in taken for p in unit.positions):
        return True
    return _likeness(unit, chosen) >= _SAME


def _units(
    index: Index, query: Query, hits: Sequence[Hit], permitted: Callable[[str], bool]
) -> list[_Unit]:
    units: list[_Unit] = []
    top = hits[0].score if hits else 1.0
    for rank, hit in enumerate(hits):
        article = index.library.articles[hit.passage.article]
        prior = _PASSAGE * hit.score / top + _KIND * agreement(query.kinds, hit.passage.heading)
        scores = _sentence_scores(query, hit, article) + prior
        texts = [plain(s.span.cut(article.text)) for s in hit.passage.sentences]
        for group, is_list in _groups(hit.passage, texts):
            if is_list and Kind.ASK not in query.kinds and texts[group[-1]].endswith("?"):
                continue  # questions to take to the doctor answer nothing else
            positions = tuple(p for p in group if permitted(texts[p]))
            if positions[:1] != group[:1] or len(positions) < min(2, len(group)):
                continue  # without its first sentence the rest would hang in the air
            ordered = _order_items(positions, scores) if is_list else positions
            value = float(max(scores[p] for p in ordered))
            vector = hit.sentence_vectors[list(ordered)].mean(axis=0)
            vector /= float(np.linalg.norm(vector)) or 1.0
            units.append(_Unit(hit, rank, ordered, value, vector, is_list))
    return units


def _order_items(positions: tuple[int, ...], scores: NDArray[np.float64]) -> tuple[int, ...]:
    """A list longer than an answer keeps its best items, in the article's order."""
    lead, *items = positions
    room = 5
    if len(items) > room:
        best = sorted(items, key=lambda p: -scores[p])[:room]
        items = sorted(best)
    return (lead, *items)


def _groups(passage: Passage, texts: Sequence[str]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Positions that may be quoted, alone or together."""
    lists: dict[int, list[int]] = {}
    for position, sentence in enumerate(passage.sentences):
        if sentence.lead_in is not None:
            lists.setdefault(sentence.lead_in, []).append(position)
    for position, sentence in enumerate(passage.sentences):
        if position in lists:
            yield (position, *lists[position]), True
            continue
        text = texts[position]
        if sentence.lead_in is not None or not _quotable(text):
            continue
        if _DANGLING.match(text):
            before = position - 1
            if (
                before >= 0
                and passage.sentences[before].kind == "sentence"
                and before not in lists
                and _quotable(texts[before])
                and not _DANGLING.match(texts[before])
            ):
                yield (before, position), False
            continue
        yield (position,), False


def _quotable(text: str) -> bool:
    count = len(text.split())
    return 4 <= count <= _MAX_WORDS and not text.endswith(("?", ":"))


def _sentence_scores(query: Query, hit: Hit, article: Article) -> NDArray[np.float64]:
    cosines = hit.sentence_cosines.astype(np.float64)
    texts = [plain(s.span.cut(article.text)) for s in hit.passage.sentences]
    wanted = set(query.stems)
    lexical = np.array([_overlap(wanted, text) for text in texts])
    cue = _CUES.get(query.kinds[0]) if query.kinds else None
    cues = np.array([1.0 if cue and cue.search(text) else 0.0 for text in texts])
    return _OWN * cosines + _LEXICAL * lexical + _CUE * cues


def _overlap(wanted: set[str], text: str) -> float:
    if not wanted or not words(text):
        return 0.0
    return len(wanted & set(stems(text))) / len(wanted)
