"""Reading the vectors of one build, in however many segments they stand.

Chroma searches the largest segment. What was added since is small and kept in memory: another
search of the store for each addition would take longer than comparing all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import IndexCorrupt
from assistant.index.manifest import Kind, Manifest
from assistant.index.segments import Contents, nearest_alive, read_contents
from assistant.index.store import ChromaStore

_SMALL = 2048  # vectors of a kind up to which a segment is kept in memory: 3 MB of them


class _Kept:
    """The live vectors of one kind of a small segment, shape ``(len(ids), dimension)``."""

    def __init__(self, ids: list[str], vectors: dict[str, Vectors]) -> None:
        if len(vectors) != len(ids):
            raise IndexCorrupt("Part of the index is missing from the vector store.")
        self.ids, self.vectors = ids, vectors
        self._matrix = np.stack([vectors[each] for each in ids]) if ids else None

    def nearest(self, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest with their cosine, best first."""
        if self._matrix is None:  # all of this kind are dead
            return []
        cosines = self._matrix @ vector
        best = np.argsort(-cosines, kind="stable")[:count]
        return [(self.ids[n], float(cosines[n])) for n in best]


class BuildVectors:
    """The vectors of the build of ``manifest``.

    ``holds`` tells whether a passage belongs to the build: segments may hold others.
    """

    def __init__(
        self, manifest: Manifest, data_dir: Path, store: ChromaStore, holds: Callable[[str], bool]
    ) -> None:
        """Raises IndexCorrupt when the list of a segment cannot be read."""
        self._store, self._holds = store, holds
        # What stands in no list is in the largest segment, whose own list need not be read.
        self._segments = sorted(
            manifest.segments, key=lambda s: s.counts["sentences"], reverse=True
        )
        self._contents: dict[int, Contents] = {}
        self._places: dict[str, int] = {}
        for place, segment in enumerate(self._segments[1:], start=1):
            self._contents[place] = contents = read_contents(data_dir, segment)
            self._places |= dict.fromkeys((*contents.passages, *contents.fields), place)
        self._kept: dict[tuple[int, Kind], _Kept] = {}

    def is_complete(self) -> bool:
        """Whether the store has as many passages as the manifest says."""
        return all(
            self._store.count(s.collection("passages")) == s.counts["passages"]
            for s in self._segments
            if s.counts["passages"]
        )

    def nearest(self, kind: Kind, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest passages or sentences with their cosine, best first."""
        found: list[tuple[str, float]] = []
        for place, segment in enumerate(self._segments):
            if self._is_small(place, kind):
                found += self._in_memory(place, kind).nearest(vector, count)
            else:
                found += nearest_alive(
                    segment, kind, count, partial(self._ask, vector), self._belongs
                )
        return sorted(found, key=lambda hit: hit[1], reverse=True)[:count]

    def get(self, kind: Kind, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those ``ids`` that exist."""
        wanted: dict[int, list[str]] = {}
        for each in ids:
            wanted.setdefault(self._places.get(each.partition(":")[0], 0), []).append(each)
        found: dict[str, Vectors] = {}
        for place, own in wanted.items():
            if self._is_small(place, kind):
                held = self._in_memory(place, kind).vectors
                found |= {each: held[each] for each in own if each in held}
            else:
                found |= self._store.vectors(self._segments[place].collection(kind), own)
        return found

    def _is_small(self, place: int, kind: Kind) -> bool:
        return place in self._contents and 0 < self._segments[place].counts[kind] <= _SMALL

    def _in_memory(self, place: int, kind: Kind) -> _Kept:
        kept = self._kept.get((place, kind))
        if kept is None:  # two threads may read it at once; either result is right
            ids = list(self._contents[place].ids(kind))
            if kind != "fields":
                ids = [each for each in ids if self._belongs(each)]
            vectors = self._store.vectors(self._segments[place].collection(kind), ids)
            self._kept[place, kind] = kept = _Kept(ids, vectors)
        return kept

    def _ask(self, vector: Vectors, name: str, count: int) -> list[tuple[str, float]]:
        return self._store.nearest(name, vector, count)

    def _belongs(self, vector_id: str) -> bool:
        return self._holds(vector_id.partition(":")[0])
