"""Lexical search: for each term the passages that have it, with the score it gives them.

The scores are BM25's and equal those of bm25s to the last bit, which compares every passage with a
question. Here the rarest terms are looked up first, and a common one only in the passages that
may still be among the best. The file is mapped into memory, so opening does not read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexCorrupt
from assistant.index.counts import TermCounts
from assistant.index.mapped import Strings, read_tables, write_tables

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]

_K1, _B = 1.5, 0.75  # BM25's usual parameters
_AT_ONCE = 1 << 22  # cells scored together: bounds the memory that a build takes
_SLACK = 1e-4  # more than the rounding of sums in another order


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Term ``n`` has ``starts[n]:starts[n + 1]`` of ``rows`` (ascending) and ``scores``.

    ``highest`` is the best score that each term gives; ``passages`` has their number alone.
    """

    starts: NDArray[np.int64]
    rows: Rows
    scores: Scores
    highest: Scores
    passages: NDArray[np.int64]


class Bm25:
    """Lexical scores of the passages of one library."""

    def __init__(self, terms: Strings, arrays: _Arrays) -> None:
        self._terms, self._arrays = terms, arrays

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Bm25:
        """An index over stemmed documents."""
        return cls.of_counts(TermCounts.of(documents))

    @classmethod
    def of_counts(cls, counts: TermCounts) -> Bm25:
        """An index over passages whose terms are counted."""
        having = np.bincount(counts.terms, minlength=len(counts.vocabulary))
        starts = np.concatenate([[0], np.cumsum(having)]).astype(np.int64)
        by_term = np.argsort(counts.terms, kind="stable")
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), np.diff(counts.starts))
        scores = _scores(counts, rows, having)[by_term]
        highest = np.maximum.reduceat(scores, starts[:-1]) if len(having) else scores
        passages = np.array([len(counts)], dtype=np.int64)
        arrays = _Arrays(starts, rows[by_term], scores, highest, passages)
        return cls(Strings.of(counts.vocabulary), arrays)

    @classmethod
    def load(cls, path: Path) -> Bm25:
        """The index saved in ``path``, memory-mapped.

        Raises:
            IndexCorrupt: the file is missing or damaged.
        """
        tables = read_tables(path)
        terms = Strings.within(tables, "terms")
        try:
            arrays = _Arrays(*(tables[name] for name in _Arrays.__slots__))
        except KeyError as error:
            raise IndexCorrupt("The BM25 index is not complete.") from error
        whole = len(arrays.rows) == len(arrays.scores) == arrays.starts[-1]
        if not whole or len(arrays.highest) != len(terms) or len(arrays.passages) != 1:
            raise IndexCorrupt("The BM25 index is not complete.")
        return cls(terms, arrays)

    def save(self, path: Path) -> None:
        """Write the index to ``path``."""
        own = {name: getattr(self._arrays, name) for name in _Arrays.__slots__}
        write_tables(path, own | self._terms.tables("terms"))

    def __len__(self) -> int:
        """How many passages it scores."""
        return int(self._arrays.passages[0])

    def knows(self, stem: str) -> bool:
        """Whether any passage has the stem."""
        return stem in self._terms

    def matches(self, query: Sequence[str]) -> Matches:
        """What the passages score for the stems of ``query``."""
        found = [self._terms.find(stem) for stem in query]
        return Matches([self._postings(term) for term in found if term is not None])

    def scores(self, query: Sequence[str]) -> Scores:
        """One score per passage, in the library's order; zeros when no stem is known."""
        return self.matches(query).at(np.arange(len(self), dtype=np.int32))

    def _postings(self, term: int) -> _Postings:
        arrays = self._arrays
        own = slice(int(arrays.starts[term]), int(arrays.starts[term + 1]))
        return _Postings(arrays.rows[own], arrays.scores[own], float(arrays.highest[term]))


@dataclass(frozen=True, slots=True)
class _Postings:
    """The passages that have one term, with its scores and the highest of them."""

    rows: Rows
    scores: Scores
    highest: float

    def at(self, rows: Rows) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        """Which of ``rows`` have the term, and where those stand in ``self.rows``."""
        places = np.searchsorted(self.rows, rows)
        places[places == len(self.rows)] = 0
        has = self.rows[places] == rows
        return has, places[has]


class Matches:
    """The scores of one query, read where they are asked for."""

    def __init__(self, postings: Sequence[_Postings]) -> None:
        self._postings = postings

    def at(self, rows: Sequence[int] | Rows) -> Scores:
        """The scores of ``rows``, in their order; zero where no stem occurs."""
        wanted = np.asarray(rows, dtype=np.int32)
        total = np.zeros(len(wanted), dtype=np.float32)
        for own in self._postings:
            has, places = own.at(wanted)
            total[has] += own.scores[places]
        return total

    def best(self, count: int) -> tuple[Rows, Scores]:
        """The ``count`` best rows with their scores, best first, of equal ones the earlier first.

        Rows without any of the stems are left out.
        """
        rows = self._candidates(count)
        scores = self.at(rows)
        order = np.lexsort((rows, -scores))[:count]
        return rows[order], scores[order]

    def _candidates(self, count: int) -> Rows:
        """Rows among which the ``count`` best are, ascending.

        The terms come in the order of what they can give. Once the best rows have more than all
        further terms together, no row that has only those can be among the best.
        """
        by_gain = sorted(self._postings, key=lambda own: own.highest, reverse=True)
        rows, sums = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        left, needed = sum(own.highest for own in by_gain), 0.0
        for own in by_gain:
            if left < needed:
                break
            rows, sums = _joined(rows, sums, own)
            left -= own.highest
            if len(sums) >= count:
                needed = float(np.partition(sums, -count)[-count]) - _SLACK
        return rows[sums + left >= needed]


def _joined(rows: Rows, sums: Scores, own: _Postings) -> tuple[Rows, Scores]:
    """``rows`` and those of ``own``, ascending, with the sums of their scores."""
    has, places = own.at(rows)
    sums[has] += own.scores[places]
    new = np.ones(len(own.rows), dtype=bool)
    new[places] = False
    joined = np.concatenate([rows, own.rows[new]])
    order = np.argsort(joined, kind="stable")  # two ascending runs: merged in one pass
    return joined[order], np.concatenate([sums, own.scores[new]])[order]


def _scores(counts: TermCounts, rows: Rows, having: NDArray[np.intp]) -> Scores:
    """The score of every cell of ``counts``, the same that bm25s computes from the words."""
    passages = len(counts)
    rarity = np.log(1 + (passages - having + 0.5) / (having + 0.5)).astype(np.float32)
    lengths = np.bincount(rows, weights=counts.counts, minlength=passages)
    against = _K1 * ((1 - _B) + _B * lengths / lengths.mean())
    scores = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        often = counts.counts[part]
        scores[part] = rarity[counts.terms[part]] * (often / (against[rows[part]] + often))
    return scores
