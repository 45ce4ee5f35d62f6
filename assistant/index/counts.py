"""Term counts of every passage, from which BM25 is computed.

The counts are kept with the build, so that the next one counts the words of new passages only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexCorrupt

_VOCABULARY = "vocabulary.json"
_NO_WORD = "\0"  # stands for a passage without a word: every passage keeps its row


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often each passage has each term, row after row.

    Row ``n`` is ``starts[n]:starts[n + 1]`` of ``terms`` (positions in ``vocabulary``) and
    ``counts``; ``starts`` has one entry more than there are passages.
    """

    vocabulary: tuple[str, ...]
    starts: NDArray[np.int64]
    terms: NDArray[np.int32]
    counts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> TermCounts:
        """The counts of stemmed documents."""
        known: dict[str, int] = {}
        lengths: list[int] = [0]
        terms: list[int] = []
        counts: list[int] = []
        for document in documents:
            found = Counter(document or (_NO_WORD,))
            lengths.append(len(found))
            terms += [known.setdefault(term, len(known)) for term in found]
            counts += found.values()
        return cls(
            tuple(known),
            np.cumsum(lengths, dtype=np.int64),
            np.array(terms, dtype=np.int32),
            np.array(counts, dtype=np.int32),
        )

    def with_rows_of(self, other: TermCounts) -> TermCounts:
        """These rows, then those of ``other``."""
        known = {term: n for n, term in enumerate(self.vocabulary)}
        places = [known.setdefault(term, len(known)) for term in other.vocabulary]
        return TermCounts(
            tuple(known),
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
        kept = tuple(term for term, is_used in zip(self.vocabulary, used, strict=True) if is_used)
        return TermCounts(kept, starts, places[terms], self.counts[cells])

    def save(self, folder: Path) -> None:
        """Write the counts into ``folder``, which must not be there yet."""
        folder.mkdir(parents=True)
        for name in ("starts", "terms", "counts"):
            np.save(folder / f"{name}.npy", getattr(self, name))
        text = json.dumps(self.vocabulary, ensure_ascii=False)
        (folder / _VOCABULARY).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TermCounts:
        """The counts in ``folder``.

        Raises:
            IndexCorrupt: a file is missing or damaged.
        """
        try:
            vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
            starts, terms, counts = (
                np.load(folder / f"{name}.npy") for name in ("starts", "terms", "counts")
            )
            made = cls(tuple(vocabulary), starts, terms, counts)
        except (OSError, EOFError, ValueError, TypeError) as error:
            raise IndexCorrupt("The words counted for the index cannot be read.") from error
        if not len(made.terms) == len(made.counts) == made.starts[-1]:
            raise IndexCorrupt("The words counted for the index are not complete.")
        return made
