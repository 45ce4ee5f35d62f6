"""Vectors in lists of near ones, so that a search compares a few lists instead of everything.

For segments too large to be compared whole, where a search graph would have to hold every vector in
the memory of each process that searches. The lists are those of the nearest of some centres, which
k-means finds in a sample; a search compares the lists of the centres nearest to the question, with
the vectors themselves, so the cosines are exact and only a neighbour in a list further off can be
missed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors
from assistant.index.mapped import Tables

LISTED_FROM = 65_536  # vectors of a kind; a graph of that many takes a quarter of a gigabyte
_IN_A_LIST = 128  # vectors, as long as there are no more lists than:
_MOST_LISTS = 4_096
_SEARCHED = 48  # lists; what that misses: docs/performance.md
_SAMPLED = 16  # vectors for each list that is looked for
_ROUNDS = 4  # of k-means
_AT_ONCE = 8_192  # vectors

Numbers = NDArray[np.int32]


class Neighbourhoods:
    """The lists of one kind of vectors. Row ``n`` of the ids stands at ``places[n]``."""

    def __init__(self, centres: Vectors, starts: NDArray[np.int64], places: Numbers) -> None:
        self._centres, self._starts, self.places = centres, starts, places

    @classmethod
    def of(cls, vectors: Vectors) -> Neighbourhoods:
        """Lists for unit ``vectors``, shape ``(count, dimension)``; the same give the same."""
        centres = _centres(vectors, min(_MOST_LISTS, len(vectors) // _IN_A_LIST))
        own = np.concatenate([_nearest(part, centres) for part in _parts(vectors)])
        order = np.argsort(own, kind="stable")
        places = np.empty(len(order), dtype=np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(own, minlength=len(centres)))])
        return cls(centres, starts.astype(np.int64), places)

    @classmethod
    def within(cls, tables: Tables, name: str, count: int) -> Neighbourhoods | None:
        """Those kept under ``name``; ``None`` when ``count`` vectors were too few for lists.

        Raises:
            ValueError: they are not those of so many vectors.
        """
        if f"{name}.places" not in tables:
            return None
        starts, places = tables[f"{name}.starts"], tables[f"{name}.places"]
        if not len(places) == starts[-1] == count:
            raise ValueError("the lists are not those of the vectors")
        return cls(tables[f"{name}.centres"].reshape(len(starts) - 1, -1), starts, places)

    def tables(self, name: str) -> Tables:
        """The tables that hold the lists, to be written under ``name``."""
        return {
            f"{name}.centres": self._centres.reshape(-1),
            f"{name}.starts": self._starts,
            f"{name}.places": self.places,
            f"{name}.rows": self.order(),
        }

    def order(self) -> Numbers:
        """The row that stands at each place."""
        rows = np.empty(len(self.places), dtype=np.int32)
        rows[self.places] = np.arange(len(rows), dtype=np.int32)
        return rows

    def nearest(
        self, listed: Vectors, vector: Vectors, count: int
    ) -> tuple[NDArray[np.int64], Vectors]:
        """Places of about the ``count`` nearest of ``listed`` with their cosines, in no order.

        As many lists are compared as usual, and more where they hold fewer than ``count``.
        """
        by_centre = np.argsort(-(self._centres @ vector), kind="stable")
        held = np.cumsum(np.diff(self._starts)[by_centre])
        searched = max(_SEARCHED, int(np.searchsorted(held, count)) + 1)
        spans = [(int(self._starts[n]), int(self._starts[n + 1])) for n in by_centre[:searched]]
        places = np.concatenate([np.arange(start, end) for start, end in spans])
        cosines = np.concatenate([listed[start:end] @ vector for start, end in spans])
        return places, cosines


def _centres(vectors: Vectors, count: int) -> Vectors:
    """Unit vectors that are the means of those nearest to them, found in a sample."""
    step = max(1, len(vectors) // (count * _SAMPLED))
    sample = np.ascontiguousarray(vectors[::step][: count * _SAMPLED])
    dice = np.random.default_rng(len(vectors))
    centres = sample[np.sort(dice.choice(len(sample), count, replace=False))]
    for _ in range(_ROUNDS):
        own = np.concatenate([_nearest(part, centres) for part in _parts(sample)])
        order = np.argsort(own, kind="stable")
        used, first = np.unique(own[order], return_index=True)
        sums = np.add.reduceat(sample[order], first, axis=0)
        centres = centres.copy()  # one without a vector stays where it is
        centres[used] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return centres


def _nearest(vectors: Vectors, centres: Vectors) -> NDArray[np.intp]:
    return np.asarray((vectors @ centres.T).argmax(axis=1))


def _parts(vectors: Vectors) -> Iterator[Vectors]:
    for start in range(0, len(vectors), _AT_ONCE):
        yield vectors[start : start + _AT_ONCE]
