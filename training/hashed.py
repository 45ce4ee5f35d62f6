"""What the two readers over hashed words and letters share: their features and their file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

STEPS = 127  # weights are kept as whole numbers of one byte

Cell = tuple[NDArray[np.int64], NDArray[np.float32]]  # bucket numbers and their values


def as_matrix(cells: Sequence[Cell], buckets: int) -> csr_matrix:
    """One text a row, shape ``(len(cells), buckets)``."""
    rows = np.repeat(np.arange(len(cells)), [len(numbers) for numbers, _ in cells])
    columns = np.concatenate([numbers for numbers, _ in cells])
    values = np.concatenate([value for _, value in cells])
    return csr_matrix((values, (rows, columns)), shape=(len(cells), buckets))


def in_bytes(weights: NDArray[np.float64]) -> tuple[NDArray[np.int8], np.float32]:
    """``weights`` as whole numbers, and what one step of them is worth."""
    scale = float(np.abs(weights).max()) / STEPS
    return np.round(weights / scale).astype(np.int8), np.float32(scale)
