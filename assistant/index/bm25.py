"""Lexical search: for each term the passages that have it, with the score it gives them.

The scores are BM25's over the whole library and equal those of bm25s to the last bit, which
compares every passage with a question. A library stands in segments; how rare a term is and how
long passages are is known only of all of them together, so a segment keeps, beside each passage of
a term, which of few *shapes* the pair has (how often the term stands there, and how long the
passage is). A score follows from the shape by one look into a small table. The files are mapped
into memory.
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
from assistant.index.numbering import Numbering

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]

_K1, _B = 1.5, 0.75  # BM25's usual parameters
_SLACK = 1e-4  # more than the rounding of sums in another order
_LOOKED_UP = 8  # times as many passages must a term have to be looked up instead of read through
_TRIED = 2_048  # passages of the rarest term that are scored first, to know what is needed


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Term ``n`` has ``starts[n]:starts[n + 1]`` of ``rows`` (ascending) and their ``shapes``.

    Shape ``s`` is a term that stands ``often[s]`` times in a passage of ``long[s]`` terms.
    ``best_starts`` and ``best`` list for each term shapes of which one gives its highest score,
    whatever the library. ``lengths`` are those of the passages.
    """

    starts: NDArray[np.int64]
    rows: Rows
    shapes: NDArray[np.uint16] | NDArray[np.uint32]
    often: NDArray[np.int32]
    long: NDArray[np.int32]
    best_starts: NDArray[np.int64]
    best: NDArray[np.int32]
    lengths: NDArray[np.int32]


class Postings:
    """The passages of each term in one segment."""

    def __init__(self, terms: Strings, arrays: _Arrays) -> None:
        self.terms, self.arrays = terms, arrays

    @classmethod
    def of(cls, counts: TermCounts) -> Postings:
        """Those of passages whose terms are counted."""
        starts = np.concatenate([[0], np.cumsum(counts.having())]).astype(np.int64)
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), np.diff(counts.starts))
        lengths = np.bincount(rows, weights=counts.counts, minlength=len(counts)).astype(np.int64)
        span = int(lengths.max(initial=0)) + 1
        pairs = counts.counts.astype(np.int64) * span + lengths[rows]
        known, shapes = np.unique(pairs, return_inverse=True)
        # Of passages that have a term equally often, the shortest gets the highest score.
        most = int(counts.counts.max(initial=0)) + 1
        of_term = np.unique(counts.terms.astype(np.int64) * most * span + pairs)
        first = np.ones(len(of_term), dtype=bool)
        first[1:] = (of_term // span)[1:] != (of_term // span)[:-1]
        highest = of_term[first]
        own = np.bincount(highest // (most * span), minlength=len(counts.vocabulary))
        by_term = np.argsort(counts.terms, kind="stable")
        narrow = np.uint16 if len(known) <= np.iinfo(np.uint16).max else np.uint32
        arrays = _Arrays(
            starts=starts,
            rows=rows[by_term],
            shapes=shapes.astype(narrow)[by_term],
            often=(known // span).astype(np.int32),
            long=(known % span).astype(np.int32),
            best_starts=np.concatenate([[0], np.cumsum(own)]).astype(np.int64),
            best=np.searchsorted(known, highest % (most * span)).astype(np.int32),
            lengths=lengths.astype(np.int32),
        )
        return cls(Strings.of(counts.vocabulary), arrays)

    @classmethod
    def load(cls, path: Path) -> Postings:
        """Those saved in ``path``, memory-mapped.

        Raises:
            IndexCorrupt: the file is missing or damaged.
        """
        tables = read_tables(path)
        terms = Strings.within(tables, "terms")
        try:
            arrays = _Arrays(*(tables[name] for name in _Arrays.__slots__))
        except KeyError as error:
            raise IndexCorrupt("The BM25 index is not complete.") from error
        if len(arrays.starts) != len(terms) + 1 or len(arrays.best_starts) != len(terms) + 1:
            raise IndexCorrupt("The BM25 index is not complete.")
        if not len(arrays.rows) == len(arrays.shapes) == arrays.starts[-1]:
            raise IndexCorrupt("The BM25 index is not complete.")
        return cls(terms, arrays)

    def save(self, path: Path) -> None:
        """Write them to ``path``."""
        own = {name: getattr(self.arrays, name) for name in _Arrays.__slots__}
        write_tables(path, own | self.terms.tables("terms"))

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self.arrays.lengths)

    def rows(self, term: int) -> Rows:
        """The passages that have a term."""
        own: Rows = self.arrays.rows[self.arrays.starts[term] : self.arrays.starts[term + 1]]
        return own

    def scored(self, term: int, rarity: np.float32, shares: NDArray[np.float64]) -> _Scored:
        """The passages of a term with their scores; ``shares`` are those of the shapes."""
        arrays = self.arrays
        own = slice(int(arrays.starts[term]), int(arrays.starts[term + 1]))
        best = arrays.best[arrays.best_starts[term] : arrays.best_starts[term + 1]]
        gains = (rarity * shares).astype(np.float32)
        return _Scored(arrays.rows[own], arrays.shapes[own], gains, float(gains[best].max()))


class Bm25:
    """Lexical scores of the passages of one library, in the library's order."""

    def __init__(self, postings: Sequence[Postings], numbering: Numbering | None = None) -> None:
        """``numbering`` tells which passages are gone; without it none is."""
        self._postings = postings
        self._numbering = numbering or Numbering([len(each) for each in postings])
        self._total = sum(
            int(own.arrays.lengths.sum(dtype=np.int64)) - int(own.arrays.lengths[gone].sum())
            for own, gone in zip(postings, self._numbering.gone, strict=True)
        )
        self._shares: dict[int, NDArray[np.float64]] = {}

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Bm25:
        """An index over stemmed documents."""
        return cls([Postings.of(TermCounts.of(documents))])

    def __len__(self) -> int:
        """How many passages it scores."""
        return len(self._numbering)

    def knows(self, stem: str) -> bool:
        """Whether any passage has the stem."""
        return any(
            (term := own.terms.find(stem)) is not None and self._count(segment, term)
            for segment, own in enumerate(self._postings)
        )

    def matches(self, query: Sequence[str]) -> Matches:
        """What the passages score for the stems of ``query``."""
        found = [[own.terms.find(stem) for stem in query] for own in self._postings]
        having = np.zeros(len(query), dtype=np.int64)
        for segment, terms in enumerate(found):
            for n, term in enumerate(terms):
                having[n] += 0 if term is None else self._count(segment, term)
        rarity = np.log(1 + (len(self) - having + 0.5) / (having + 0.5)).astype(np.float32)
        scored = [
            _Segment(len(own), self._numbering.gone[segment], [
                own.scored(term, rarity[n], self._shares_of(segment))
                for n, term in enumerate(terms) if term is not None and having[n]
            ])
            for segment, (own, terms) in enumerate(zip(self._postings, found, strict=True))
        ]  # fmt: skip
        return Matches(scored, self._numbering)

    def scores(self, query: Sequence[str]) -> Scores:
        """One score per passage, in the library's order; zeros when no stem is known."""
        return self.matches(query).at(np.arange(len(self), dtype=np.int64))

    def _count(self, segment: int, term: int) -> int:
        """How many passages of a segment that are not gone have one of its terms."""
        rows, gone = self._postings[segment].rows(term), self._numbering.gone[segment]
        if not len(gone):
            return len(rows)
        few, many = (rows, gone) if len(rows) < len(gone) else (gone, rows)
        places = np.searchsorted(many, few)
        places[places == len(many)] = 0
        return len(rows) - int(np.count_nonzero(many[places] == few))

    def _shares_of(self, segment: int) -> NDArray[np.float64]:
        """What each shape gets of a term's rarity, 0 to 1."""
        shares = self._shares.get(segment)
        if shares is None:
            own = self._postings[segment].arrays
            mean = np.float64(self._total) / len(self)
            against = _K1 * ((1 - _B) + _B * own.long.astype(np.float64) / mean)
            self._shares[segment] = shares = own.often / (against + own.often)
        return shares


@dataclass(frozen=True, slots=True)
class _Scored:
    """The passages of a segment that have one term; ``gains`` has the score of each shape."""

    rows: Rows
    shapes: NDArray[np.uint16] | NDArray[np.uint32]
    gains: Scores
    highest: float

    def at(self, rows: NDArray[np.integer]) -> tuple[NDArray[np.bool_], Scores]:
        """Which of ``rows`` have the term, and the scores of those."""
        places = np.searchsorted(self.rows, rows)
        places[places == len(self.rows)] = 0
        has = self.rows[places] == rows
        return has, self.gains[self.shapes[places[has]]]


@dataclass(frozen=True, slots=True)
class _Segment:
    """The terms of one query in one segment of ``passages`` passages, some of them ``gone``."""

    passages: int
    gone: NDArray[np.int64]
    terms: Sequence[_Scored]

    def at(self, rows: NDArray[np.integer]) -> Scores:
        """The scores of ``rows``, in their order; zero where no stem occurs."""
        wanted = rows.astype(np.int32)  # of the type that is searched: another copies all of it
        total = np.zeros(len(wanted), dtype=np.float32)
        for own in self.terms:
            has, scores = own.at(wanted)
            total[has] += scores
        return total

    def candidates(self, count: int, needed: float) -> Rows:
        """Rows among which the ``count`` best are, ascending, of those that reach ``needed``.

        None of them is gone.

        A common term is not looked through when it cannot lift a passage among the best by itself
        or together with others like it: it is looked up where a rarer one stands.
        """
        terms = sorted(self.terms, key=lambda own: own.highest, reverse=True)
        if not terms:
            return np.zeros(0, dtype=np.int32)
        first = terms[0].rows
        tried = first[:: -(-len(first) // _TRIED)]
        needed = max(needed, _nth(self.at(tried[~np.isin(tried, self.gone)]), count))
        left = sum(own.highest for own in terms)
        sums, rows = np.zeros(self.passages, dtype=np.float32), None
        for own in terms:
            if rows is None and left < needed - _SLACK:  # what has none of those before is out
                rows = self._reaching(sums, needed - left)
            if rows is None or len(own.rows) < _LOOKED_UP * len(rows):
                sums[own.rows] += own.gains[own.shapes]
            else:
                has, scores = own.at(rows)
                sums[rows[has]] += scores
            left -= own.highest
            if rows is not None:
                needed = max(needed, _nth(sums[rows], count))
                rows = rows[sums[rows] + left >= needed - _SLACK]
        if rows is None:
            rows = self._reaching(sums, needed)
        return rows[sums[rows] >= max(needed, _nth(sums[rows], count)) - _SLACK]

    def _reaching(self, sums: Scores, needed: float) -> Rows:
        """The rows that have any of the terms and reach ``needed``, without those that are gone."""
        sums[self.gone] = 0.0
        return np.flatnonzero(sums > max(0.0, needed - _SLACK)).astype(np.int32)


class Matches:
    """The scores of one query, read where they are asked for."""

    def __init__(self, segments: Sequence[_Segment], numbering: Numbering) -> None:
        self._segments, self._numbering = segments, numbering

    def at(self, positions: Sequence[int] | NDArray[np.integer]) -> Scores:
        """The scores of passages, in the order of ``positions``; zero where no stem occurs."""
        wanted = np.asarray(positions, dtype=np.int64)
        total = np.zeros(len(wanted), dtype=np.float32)
        for segment, here, rows in self._numbering.places(wanted):
            total[here] = self._segments[segment].at(rows)
        return total

    def best(self, count: int) -> tuple[NDArray[np.int64], Scores]:
        """The ``count`` best positions with their scores, best first, of equal ones the earlier.

        Passages without any of the stems are left out.
        """
        positions, scores = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        for segment, own in enumerate(self._segments):
            rows = own.candidates(count, _nth(scores, count)).astype(np.int64)
            positions = np.concatenate([positions, self._numbering.positions(segment, rows)])
            scores = np.concatenate([scores, own.at(rows)])
            order = np.lexsort((positions, -scores))[:count]
            positions, scores = positions[order], scores[order]
        return positions, scores


def _nth(scores: Scores, count: int) -> float:
    """The ``count``-th best of ``scores``; 0 when there are fewer."""
    if len(scores) < count:
        return 0.0
    return float(np.partition(scores, -count)[-count])
