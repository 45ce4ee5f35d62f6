"""Reading the vectors of one build, in however many segments they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from assistant.embedding import Vectors
from assistant.index.manifest import Kind, Manifest
from assistant.index.segments import nearest_alive, read_contents
from assistant.index.store import ChromaStore


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
        self._places: dict[str, int] = {}
        for place, segment in enumerate(self._segments[1:], start=1):
            contents = read_contents(data_dir, segment)
            self._places |= dict.fromkeys((*contents.passages, *contents.fields), place)

    def is_complete(self) -> bool:
        """Whether the store has as many passages as the manifest says."""
        return all(
            self._store.count(s.collection("passages")) == s.counts["passages"]
            for s in self._segments
            if s.counts["passages"]
        )

    def nearest(self, kind: Kind, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest passages or sentences with their cosine, best first."""
        found = [
            hit
            for segment in self._segments
            for hit in nearest_alive(
                segment, kind, count, partial(self._ask, vector), self._belongs
            )
        ]
        return sorted(found, key=lambda hit: hit[1], reverse=True)[:count]

    def _ask(self, vector: Vectors, name: str, count: int) -> list[tuple[str, float]]:
        return self._store.nearest(name, vector, count)

    def _belongs(self, vector_id: str) -> bool:
        return self._holds(vector_id.partition(":")[0])

    def get(self, kind: Kind, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those ``ids`` that exist."""
        wanted: dict[int, list[str]] = {}
        for each in ids:
            wanted.setdefault(self._places.get(each.partition(":")[0], 0), []).append(each)
        found: dict[str, Vectors] = {}
        for place, own in wanted.items():
            found |= self._store.vectors(self._segments[place].collection(kind), own)
        return found
