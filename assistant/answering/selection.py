"""Which sentences and lists stand together in an answer: what adds most for each line it takes.

A line is worth what it adds. One that nearly repeats what is there adds little, whatever it scores
alone, and the lead-in of a list costs a line but says nothing by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from assistant.answering.lines import Numbers
from assistant.answering.units import Unit

_FEWEST_ITEMS = 2
_LEAD_IN = 0.3  # what the sentence that opens a list says of itself, as a share of its worth
# Cosines of two lines from which one begins to repeat the other, and from which it does.
_ALIKE, _SAME = 0.7, 0.97
_LEAST = 0.005  # of the worth of the first line: below that a line is better left out


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit with the positions of it that are shown, in the order of the article."""

    unit: Unit
    positions: tuple[int, ...]

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among the passages found."""
        return self.unit.rank, self.positions[0]


@dataclass(frozen=True, slots=True)
class _Offer:
    """Lines of one unit (rows into it), and what each of them adds on average."""

    gain: float
    rows: tuple[int, ...]


class Selection:
    """An answer of at most ``limit`` lines in the making. Units go by their place in ``units``.

    A list is read at a glance and answers as a whole: a line of one counts ``in_list`` times.
    """

    def __init__(self, units: Sequence[Unit], limit: int, *, in_list: float) -> None:
        self.units = units
        self._in_list = in_list
        self._shown: dict[int, tuple[int, ...]] = {}  # rows of each unit
        self._room, self._least = limit, 0.0
        self._vectors = np.concatenate([unit.vectors for unit in units])
        worth = np.concatenate([unit.worth for unit in units])
        self._worth: Numbers = np.exp(worth - worth.max())
        self._starts = np.cumsum([0, *(len(unit.positions) for unit in units)]).tolist()
        self._new = np.ones(len(worth))  # how much of each line is not said yet
        self._taken: set[tuple[str, int]] = set()
        self._offers = self._offered()

    @property
    def shown(self) -> list[Shown]:
        """What is shown so far, in the order in which it was added."""
        return [
            Shown(self.units[n], tuple(self.units[n].positions[row] for row in sorted(rows)))
            for n, rows in self._shown.items()
        ]

    def gains(self) -> dict[int, float]:
        """What each unit that fits adds for each line it takes."""
        return {n: offer.gain for n, offer in self._offers.items()}

    def best(self) -> int | None:
        """The unit to add next; ``None`` when there is no room, or nothing worth it."""
        best = max(self._offers, key=lambda n: self._offers[n].gain, default=None)
        return None if best is None or self._offers[best].gain < self._least else best

    def add(self, number: int) -> None:
        """Show a unit that fits: a sentence, a list, or a further item of a list that is shown."""
        unit, offer = self.units[number], self._offers[number]
        self._shown[number] = (*self._shown.get(number, ()), *offer.rows)
        self._room -= len(offer.rows)
        self._taken |= {(unit.passage.id, unit.positions[row]) for row in offer.rows}
        self._least = self._least or _LEAST * offer.gain
        said = self._vectors[[self._starts[number] + row for row in offer.rows]]
        nearest = (self._vectors @ said.T).max(axis=1)
        left = 1.0 - np.clip((nearest - _ALIKE) / (_SAME - _ALIKE), 0.0, 1.0)
        self._new = np.minimum(self._new, left)
        self._offers = self._offered()

    def _offered(self) -> dict[int, _Offer]:
        adds = (self._worth * self._new).tolist()
        offers = {
            n: self._list(n, unit, adds[start:])
            if unit.is_list
            else self._lines(unit, adds[start:])
            for n, (unit, start) in enumerate(zip(self.units, self._starts, strict=False))
        }
        return {n: offer for n, offer in offers.items() if offer is not None and offer.gain > 0}

    def _lines(self, unit: Unit, adds: Sequence[float]) -> _Offer | None:
        """A sentence, or two that belong together."""
        size = len(unit.positions)
        if size > self._room or any((unit.passage.id, p) in self._taken for p in unit.positions):
            return None
        return _Offer(sum(adds[:size]) / size, tuple(range(size)))

    def _list(self, number: int, unit: Unit, adds: Sequence[float]) -> _Offer | None:
        """A lead-in with as many of its best items as pay, or one more item once it is shown."""
        shown = self._shown.get(number, ())
        items = [row for row in range(1, len(unit.positions)) if row not in shown]
        items.sort(key=lambda row: -adds[row])
        if shown:
            fits = items[: min(self._room, 1)]
            return _Offer(self._in_list * adds[fits[0]], tuple(fits)) if fits else None
        fewest, most = min(_FEWEST_ITEMS, len(items)), min(len(items), self._room - 1)
        sums = list(accumulate((adds[row] for row in items), initial=_LEAD_IN * adds[0]))
        sizes = range(fewest, most + 1)
        best = max(sizes, key=lambda k: sums[k] / (k + 1), default=None)
        if best is None:
            return None
        return _Offer(self._in_list * sums[best] / (best + 1), (0, *items[:best]))
