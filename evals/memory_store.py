"""Exact vector search in memory: throw-away indexes for poisoned articles and mutants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np

from assistant.embedding import Embedder, Progress, Vectors
from assistant.index.store import ChromaStore


class MemoryStore:
    """Holds the vectors of one process; same answers as Chroma's exact search, no files."""

    remote = False

    def __init__(self) -> None:
        self._sets: dict[str, dict[str, Vectors]] = {}
        self._matrices: dict[str, tuple[list[str], Vectors]] = {}

    def as_store(self) -> ChromaStore:
        """This store where the assistant's own store is asked for."""
        return cast(ChromaStore, self)

    def names(self) -> list[str]:
        """Names of all sets."""
        return list(self._sets)

    def ids(self, name: str) -> set[str]:
        """Ids stored under ``name``."""
        return set(self._sets.get(name, {}))

    def count(self, name: str) -> int:
        """How many vectors ``name`` holds."""
        return len(self._sets.get(name, {}))

    def add(self, name: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Put unit vectors under ``name``."""
        self._sets.setdefault(name, {}).update(zip(ids, vectors, strict=True))
        self._matrices.pop(name, None)

    def settle(self, names: Iterable[str]) -> None:
        """Nothing waits to be written."""

    def nearest(self, name: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest vectors with their cosine, best first."""
        if name not in self._matrices:
            held = self._sets[name]
            self._matrices[name] = (list(held), np.stack(list(held.values())))
        ids, matrix = self._matrices[name]
        cosines = matrix @ vector
        best = np.argsort(-cosines, kind="stable")[:count]
        return [(ids[int(n)], float(cosines[n])) for n in best]

    def vectors(self, name: str, ids: Iterable[str]) -> dict[str, Vectors]:
        """The stored vectors of those ``ids`` that exist."""
        held = self._sets.get(name, {})
        return {i: held[i] for i in ids if i in held}

    def drop(self, name: str) -> None:
        """Forget ``name``."""
        self._sets.pop(name, None)
        self._matrices.pop(name, None)

    def set_aside_if_broken(self) -> None:
        """Nothing on disk can break."""


class WrappedEmbedder:
    """What stands before an embedder to spare it work has its model and dimension."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def model_id(self) -> str:
        """The model behind it."""
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._embedder.dimension


class CachedEmbedder(WrappedEmbedder):
    """Embeds every text once. Only for runs whose times are not measured."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors in the order given."""
        new = [t for t in dict.fromkeys(texts) if t not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        if progress:
            progress(len(texts))
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[t] for t in texts])
