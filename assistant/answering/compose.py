"""Composing an answer from sentences that stand in the articles, in an order that reads well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.demands import demands
from assistant.answering.terms import Vocabulary
from assistant.answering.units import Unit, decides, list_size, units_of
from assistant.index.live import Index
from assistant.records import Passage, Span
from assistant.retrieval import Hit, Query

_SAME_PASSAGE = 0.5  # what a sentence gains by standing beside the best one
_BEHIND = 4.0  # a further sentence may score this much less than the best one
_SAME = 0.93  # cosine above which two sentences say the same thing
_SHORTEST_LIST = 3  # a lead-in and two items
_POINT = 2.0  # what it gains by saying the very point of the question
_NEARLY_BEST = 2.0  # how far below the best the sentence may be that decides a yes-or-no question


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A sentence chosen for the answer. ``label`` names what it and those after it are about."""

    passage: Passage
    position: int
    label: str = ""

    @property
    def span(self) -> Span:
        """Where its words stand in the article."""
        return self.passage.sentences[self.position].span


def compose(
    index: Index,
    vocabulary: Vocabulary,
    query: Query,
    hits: Sequence[Hit],
    *,
    limit: int = 6,
    permitted: Callable[[str], bool] = lambda _text: True,
) -> list[Pick]:
    """At most ``limit`` sentences or list items that answer ``query``, in reading order.

    A sentence is quoted only when ``permitted`` says so; a list loses the items it refuses.
    """
    units = units_of(index, vocabulary, query, hits, permitted)
    if limit < _SHORTEST_LIST:
        units = [u for u in units if not u.is_list]  # a lead-in without its list says nothing
    if not units:
        return []
    chosen = _choose(units, query, limit)
    first = chosen[0].passage
    rest = sorted(chosen[1:], key=lambda u: (u.passage.id != first.id, u.rank, u.positions[0]))
    return [
        Pick(passage=unit.passage, position=position)
        for unit in (chosen[0], *rest)
        for position in unit.positions
    ]


def _choose(units: Sequence[Unit], query: Query, limit: int) -> list[Unit]:
    """The unit to begin with, then whatever adds something, while there is room."""
    best = _opening(units, query)
    top = best.passage.id
    others = [u for u in units if u is not best]
    others.sort(key=lambda u: u.score + _SAME_PASSAGE * (u.passage.id == top), reverse=True)
    chosen = [_trimmed(best, query, limit)]
    room = limit - len(chosen[0].positions)
    floor = max(u.score for u in units) - _BEHIND
    for unit in others:
        if room <= 0 or unit.score < floor:
            break
        if _repeats(unit, chosen) or (unit.is_list and room < _SHORTEST_LIST):
            continue
        fitted = _trimmed(unit, query, room)
        if len(fitted.positions) <= room:
            chosen.append(fitted)
            room -= len(fitted.positions)
    return [_widened(chosen[0], best, room), *chosen[1:]]


def _opening(units: Sequence[Unit], query: Query) -> Unit:
    """The best unit; for a yes-or-no question the best one that decides it, if one is near.

    A question that demands a number or an outlook begins with what holds it.
    """
    best = max(units, key=lambda u: u.score)
    if demands(query.text):
        near = [u for u in units if u.score >= best.score - _BEHIND and u.demanded]
        return max(near, key=lambda u: u.score, default=best)
    if not query.yes_no or decides(best, query):
        return best
    near = [u for u in units if u.score >= best.score - _NEARLY_BEST and decides(u, query)]
    return max(near, key=lambda u: u.score + _POINT * u.on_point, default=best)


def _trimmed(unit: Unit, query: Query, room: int) -> Unit:
    """``unit`` with no more than ``room`` positions; a long list keeps its best items in order."""
    if not unit.is_list:
        return unit
    lead, *items = unit.positions
    size = min(list_size(query), room - 1)
    worth = dict(zip(unit.positions, unit.worth, strict=True))
    kept = sorted(sorted(items, key=lambda p: -worth[p])[:size])
    return replace(unit, positions=(lead, *kept))


def _widened(shown: Unit, whole: Unit, room: int) -> Unit:
    """A list that opens the answer, with further items while there is room."""
    worth = dict(zip(whole.positions, whole.worth, strict=True))
    rest = sorted(set(whole.positions) - set(shown.positions), key=lambda p: -worth[p])
    if not shown.is_list or not rest or room <= 0:
        return shown
    return replace(shown, positions=tuple(sorted((*shown.positions, *rest[:room]))))


def _repeats(unit: Unit, chosen: Sequence[Unit]) -> bool:
    taken = {(c.passage.id, p) for c in chosen for p in c.positions}
    if any((unit.passage.id, p) in taken for p in unit.positions):
        return True
    return any(float(unit.vector @ other.vector) >= _SAME for other in chosen)
