"""What every embedder offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]


class Embedder(Protocol):
    """Anything that maps texts to unit vectors and can say which model it is."""

    @property
    def model_id(self) -> str:
        """Names model and version; vectors of different ids are never mixed."""
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``; ``progress`` gets counts done."""
        ...
