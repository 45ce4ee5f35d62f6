"""Where a library's passages or articles stand: those of one segment after another, without gaps.

What is gone from a segment keeps its row there until the segment is written anew, but has no
position in the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


class Numbering:
    """Positions in a library, and the rows of its segments that they mean."""

    def __init__(self, counts: Sequence[int], gone: Sequence[Sequence[int] | Rows] = ()) -> None:
        """``counts`` has the rows of each segment, ``gone`` which of them are gone, ascending."""
        self.gone: list[Rows] = [np.asarray(each, dtype=np.int64) for each in gone]
        self.gone += [np.zeros(0, dtype=np.int64)] * (len(counts) - len(self.gone))
        # Row r stands behind as many positions as rows before it are alive.
        self._before = [each - np.arange(len(each)) for each in self.gone]
        left = [count - len(own) for count, own in zip(counts, self.gone, strict=True)]
        self._starts = np.concatenate([[0], np.cumsum(left)]).astype(np.int64)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def place(self, position: int) -> tuple[int, int]:
        """The segment and the row in it that stand at ``position``."""
        segment = int(np.searchsorted(self._starts, position, side="right")) - 1
        own = position - int(self._starts[segment])
        return segment, own + int(np.searchsorted(self._before[segment], own, side="right"))

    def places(self, positions: Rows) -> Iterator[tuple[int, Rows, Rows]]:
        """Segments with the indices in ``positions`` that they have and the rows meant."""
        if len(self._before) == 1 and not len(self._before[0]):
            yield 0, np.arange(len(positions)), positions
            return
        segments = np.searchsorted(self._starts, positions, side="right") - 1
        for segment in np.unique(segments).tolist():
            here = np.flatnonzero(segments == segment)
            own = positions[here] - self._starts[segment]
            yield segment, here, own + np.searchsorted(self._before[segment], own, side="right")

    def position(self, segment: int, row: int) -> int | None:
        """Where a row of a segment stands; ``None`` when it is gone."""
        before = int(np.searchsorted(self.gone[segment], row))
        if before < len(self.gone[segment]) and self.gone[segment][before] == row:
            return None
        return int(self._starts[segment]) + row - before

    def positions(self, segment: int, rows: Rows) -> Rows:
        """Where ``rows`` of a segment stand, of which none is gone."""
        own: Rows = rows - np.searchsorted(self.gone[segment], rows) + self._starts[segment]
        return own
