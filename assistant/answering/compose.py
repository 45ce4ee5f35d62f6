"""Composing an answer from sentences that stand in the articles, in an order that reads well."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.demands import demands
from assistant.answering.selection import Selection, Shown
from assistant.answering.units import Unit, decides
from assistant.kinds import Kind
from assistant.records import Passage, Span
from assistant.retrieval import Query

_SHORTEST_LIST = 3  # a lead-in and two items
_POINT = 1.0  # what a sentence gains by saying the very point of the question
# How far below the best the sentence may be that opens the answer to a yes-or-no question, and to
# one that demands a number.
_NEARLY_BEST, _BEHIND = 1.0, 4.0
# The same where a list is best and the question is whether something helps, and how much of the
# question the sentence says, of what the list says.
_NEARLY_LIST, _SAYS_AS_MUCH = 3.0, 0.6
# Kinds whose answers begin in a section of that kind, if one is near: the causes of a condition
# are not its treatments, and what keeps pain away is not what eases it.
_OWN_SECTION = frozenset({Kind.CAUSES, Kind.PREVENTION})
# How far below the best a sentence may be that opens the answer in place of one that tells of
# studies or of what is not known, and questions that ask for just that.
_SETTLED = 2.0
_ASKS_WHAT_IS_KNOWN = re.compile(
    r"\b(stud(y|ies)|research|evidence|proof|proven|trials?|known|estudios?|evidencia|pruebas)\b",
    re.I,
)
# What a line of a list counts, against one of a sentence; less where one sentence answers.
_LISTED, _LISTED_UNASKED = 4.0, 2.0
_SENTENCED = frozenset({Kind.DEFINITION, Kind.DURATION, Kind.WHO})


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


def compose(units: Sequence[Unit], query: Query, *, limit: int = 6) -> list[Pick]:
    """At most ``limit`` sentences or list items that answer ``query``, in reading order."""
    if limit < _SHORTEST_LIST:
        units = [u for u in units if not u.is_list]  # a lead-in without its list says nothing
    chosen = _choose(units, query, limit) if units else []
    if not chosen:
        return []
    first = chosen[0].unit.passage
    rest = sorted(chosen[1:], key=lambda s: (s.unit.passage.id != first.id, *s.place))
    return [
        Pick(passage=shown.unit.passage, position=position)
        for shown in (chosen[0], *rest)
        for position in shown.positions
    ]


def _choose(units: Sequence[Unit], query: Query, limit: int) -> list[Shown]:
    """The unit to begin with, then whatever adds most for each line, while there is room.

    Empty when none of ``units`` has room.
    """
    one_line = query.yes_no or (bool(query.kinds) and query.kinds[0] in _SENTENCED)
    selection = Selection(units, limit, in_list=_LISTED_UNASKED if one_line else _LISTED)
    if not selection.gains():
        return []
    selection.add(_opening(selection, query))
    while (number := selection.best()) is not None:
        selection.add(number)
    return selection.shown


def _opening(selection: Selection, query: Query) -> int:
    """The place of the best unit; for a yes-or-no question the best that decides it, if near.

    A question that demands a number or an outlook begins with what holds it. What a study found may
    decide a yes-or-no question; another answer does not begin with it, or with what nobody knows,
    unless that is asked for or nothing else is near.
    """
    units = selection.units
    gains = {n: math.log(gain) for n, gain in selection.gains().items()}
    least = max(gains.values()) - _SETTLED
    gains = {n: gain for n, gain in gains.items() if units[n].tells and gain >= least} or gains
    if not query.yes_no and not _ASKS_WHAT_IS_KNOWN.search(query.text):
        least = max(gains.values()) - _SETTLED
        settled = {n: gain for n, gain in gains.items() if units[n].settled and gain >= least}
        gains = settled or gains
    best = max(gains, key=lambda n: gains[n])
    if demands(query.text):
        near = [n for n in gains if gains[n] >= gains[best] - _BEHIND and units[n].demanded]
        return max(near, key=lambda n: gains[n], default=best)
    if query.kinds and query.kinds[0] in _OWN_SECTION and not units[best].of_kind:
        near = [n for n in gains if gains[n] >= gains[best] - _NEARLY_BEST and units[n].of_kind]
        best = max(near, key=lambda n: gains[n], default=best)
    if not query.yes_no or decides(units[best], query):
        return best
    near = [n for n in gains if gains[n] >= gains[best] - _NEARLY_BEST and decides(units[n], query)]
    if not near and units[best].is_list and query.kinds[:1] == (Kind.EFFECT,):
        # That it is one of a list of treatments says less than a sentence on whether it helps.
        said = _SAYS_AS_MUCH * units[best].said
        near = [
            n
            for n in gains
            if gains[n] >= gains[best] - _NEARLY_LIST
            and units[n].said >= said
            and decides(units[n], query)
        ]
    return max(near, key=lambda n: gains[n] + _POINT * units[n].on_point, default=best)
