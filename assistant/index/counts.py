"""How often each passage has each stem, and which words each article has: row after row.

The counts are kept with a segment: when segments are joined, no word is counted again.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexCorrupt
from assistant.index.mapped import Strings, read_tables, write_tables

_NO_WORD = "\0"  # stands for a passage without a word: every passage keeps its row


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often each row (a passage, or an article) has each term.

    Row ``n`` is ``starts[n]:starts[n + 1]`` of ``terms`` (positions in ``vocabulary``) and
    ``counts``; ``starts`` has one entry more than there are rows.
    """

    vocabulary: Sequence[str]
    starts: NDArray[np.int64]
    terms: NDArray[np.int32]
    counts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]]) -> TermCounts:
        """The counts of stemmed documents. A row without a word is kept as a row."""
        counting = Counting()
        for document in documents:
            counting.add(document or (_NO_WORD,))
        return counting.counts()

    def with_rows_of(self, other: TermCounts) -> TermCounts:
        """These rows, then those of ``other``."""
        known = {term: n for n, term in enumerate(self.vocabulary)}
        places = [known.setdefault(term, len(known)) for term in other.vocabulary]
        return TermCounts(
            list(known),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.terms, np.array(places, dtype=np.int32)[other.terms]]),
            np.concatenate([self.counts, other.counts]),
        )

    def only(self, rows: Sequence[int]) -> TermCounts:
        """The ``rows`` alone, in the order given; terms that none of them has are left out."""
        wanted = np.asarray(rows, dtype=np.int64)
        lengths = self.starts[wanted + 1] - self.starts[wanted]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        cells = np.repeat(self.starts[wanted] - starts[:-1], lengths) + np.arange(starts[-1])
        terms = self.terms[cells]
        used = np.bincount(terms, minlength=len(self.vocabulary)) > 0
        places = (np.cumsum(used) - 1).astype(np.int32)
        kept = [term for term, is_used in zip(self.vocabulary, used, strict=True) if is_used]
        return TermCounts(kept, starts, places[terms], self.counts[cells])

    def tally(self, rows: Sequence[int]) -> dict[str, int]:
        """In how many of ``rows`` each of their terms stands."""
        found, counts = np.unique(self._of(rows), return_counts=True)
        return {
            self.vocabulary[term]: count
            for term, count in zip(found.tolist(), counts.tolist(), strict=True)
        }

    def in_no_other(self, rows: Sequence[int]) -> int:
        """How many terms stand in ``rows`` and in none of the others."""
        found, counts = np.unique(self._of(rows), return_counts=True)
        return int(np.count_nonzero(self.having()[found] == counts))

    def having(self, rows: Sequence[int] | None = None) -> NDArray[np.int32]:
        """For each term in how many rows it stands, or in how many of ``rows``."""
        terms = self.terms if rows is None else self._of(rows)
        return np.bincount(terms, minlength=len(self.vocabulary)).astype(np.int32)

    def _of(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """The terms of ``rows``, one row after the other."""
        parts = [self.terms[self.starts[row] : self.starts[row + 1]] for row in rows]
        return np.concatenate([self.terms[:0], *parts])

    def save(self, path: Path) -> None:
        """Write the counts to ``path``."""
        own = {name: getattr(self, name) for name in ("starts", "terms", "counts")}
        write_tables(path, own | Strings.of(self.vocabulary).tables("vocabulary"))

    @classmethod
    def load(cls, path: Path) -> TermCounts:
        """The counts in ``path``, memory-mapped.

        Raises:
            IndexCorrupt: the file is missing or damaged.
        """
        tables = read_tables(path)
        vocabulary = Strings.within(tables, "vocabulary")
        try:
            made = cls(vocabulary, tables["starts"], tables["terms"], tables["counts"])
        except KeyError as error:
            raise IndexCorrupt("The words counted for the index cannot be read.") from error
        if not len(made.starts) or not len(made.terms) == len(made.counts) == made.starts[-1]:
            raise IndexCorrupt("The words counted for the index are not complete.")
        return made


class Counting:
    """Counts rows one after the other, in little more memory than the counts themselves take."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._lengths, self._terms, self._counts = array("q", [0]), array("i"), array("i")

    def add(self, document: Iterable[str]) -> None:
        """Count one more row, which may be empty."""
        found, known = Counter(document), self._known
        self._lengths.append(len(found))
        self._terms.extend(known.setdefault(term, len(known)) for term in found)
        self._counts.extend(found.values())

    def counts(self) -> TermCounts:
        """The rows that were added."""
        return TermCounts(
            list(self._known),
            np.cumsum(np.array(self._lengths, dtype=np.int64)),
            np.array(self._terms, dtype=np.int32),
            np.array(self._counts, dtype=np.int32),
        )
