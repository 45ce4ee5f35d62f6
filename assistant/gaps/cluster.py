"""Putting questions that ask the same together: average linkage over unit vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors

Matrix = NDArray[np.float32]


def cluster(vectors: Vectors, threshold: float) -> list[list[int]]:
    """Rows of ``vectors``, shape ``(n, dimension)``, in groups; the groups by their first row.

    Two groups are joined while the mean cosine between their members is at least ``threshold``.
    A chain of nearest neighbours finds every such pair in n * n steps; equal input, equal groups.
    """
    similar = np.asarray(vectors @ vectors.T, dtype=np.float32)
    np.fill_diagonal(similar, -np.inf)
    members: dict[int, list[int]] = {row: [row] for row in range(len(vectors))}
    waiting = set(members)
    chain: list[int] = []
    while waiting:
        if not chain:
            chain.append(min(waiting))
        last = chain[-1]
        best = int(similar[last].argmax())
        before = chain[-2] if len(chain) > 1 else None
        if before is not None and similar[last, before] >= similar[last, best]:
            best = before  # a tie must not send the chain round in a circle
        if similar[last, best] < threshold:
            # Joining others can only lower a mean: this group will find no partner any more.
            _close(similar, last)
            waiting.discard(chain.pop())
        elif best == before:
            _join(similar, members, last, best)
            waiting.discard(max(last, best))
            del chain[-2:]
        else:
            chain.append(best)
    return sorted(sorted(group) for group in members.values())


def _join(similar: Matrix, members: dict[int, list[int]], one: int, other: int) -> None:
    """Make one group of two, under the lower of their rows."""
    keep, gone = min(one, other), max(one, other)
    sizes = len(members[keep]), len(members[gone])
    mean = (similar[keep] * sizes[0] + similar[gone] * sizes[1]) / sum(sizes)
    similar[keep], similar[:, keep] = mean, mean
    similar[keep, keep] = -np.inf
    _close(similar, gone)
    members[keep] += members.pop(gone)


def _close(similar: Matrix, row: int) -> None:
    similar[row], similar[:, row] = -np.inf, -np.inf
