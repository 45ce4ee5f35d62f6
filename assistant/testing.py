"""Small real stand-ins for tests, of this project and of projects built on it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from assistant.embedding import Progress, Vectors
from assistant.text import stems


class StemEmbedder:
    """Unit vectors from hashed word stems: equal words, equal vectors, and no model to load."""

    def __init__(self, model_id: str = "stems@1", dimension: int = 256) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """One vector per text, shape ``(len(texts), dimension)``; keeps a record of the texts."""
        self.embedded.extend(texts)
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for stem in stems(text):
                vectors[row, zlib.crc32(stem.encode()) % self.dimension] += 1.0
        if progress:
            progress(len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)
