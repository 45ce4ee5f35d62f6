"""Reading the vectors of one build, in however many segments they stand.

Vectors are read from the rows mapped beside the store (``rows.py``). Chroma searches what is large;
a small segment is compared whole, which takes no longer and needs neither Chroma nor its start. A
Chroma server is asked for the largest segment whatever its size: it holds what counts. Where there
is no server and more than Chroma should hold in memory, rows in lists are searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors
from assistant.index.manifest import Kind, Manifest
from assistant.index.rows import Rows
from assistant.index.segments import nearest_alive
from assistant.index.store import ChromaStore, lost
from assistant.index.texts import sentence_ids

_SMALL = 16_384  # vectors of a kind up to which a segment is compared whole: 25 MB of them


class BuildVectors:
    """The vectors of the build of ``manifest``.

    ``holds`` tells whether a passage of a segment, named by its place in the manifest, belongs to
    the build: segments may hold others.
    """

    def __init__(
        self,
        manifest: Manifest,
        data_dir: Path,
        store: ChromaStore,
        holds: Callable[[int, str], bool],
    ) -> None:
        self._store, self._holds = store, holds
        by_size = sorted(
            enumerate(manifest.segments), key=lambda each: each[1].counts["sentences"], reverse=True
        )
        self._places = [place for place, _ in by_size]
        self._segments = [segment for _, segment in by_size]
        self._rows = [Rows.load(data_dir, segment) for segment in self._segments]

    def is_complete(self, *, everything: bool = False) -> bool:
        """Whether the store has as many passages as the manifest says.

        On disk only segments without rows are counted, unless ``everything`` is asked about:
        Chroma starts for it and looks at every vector.
        """
        if any(
            rows is None and not s.stored
            for s, rows in zip(self._segments, self._rows, strict=True)
        ):
            return False
        return all(
            self._store.count(s.collection("passages")) == s.counts["passages"]
            for s, rows in zip(self._segments, self._rows, strict=True)
            if s.stored
            and s.counts["passages"]
            and (everything or self._store.remote or rows is None)
        )

    def nearest(self, kind: Kind, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest passages or sentences with their cosine, best first."""
        found: list[tuple[str, float]] = []
        for place, segment in enumerate(self._segments):
            rows = self._rows[place]
            if rows is not None and self._is_compared(place, kind):
                ask = partial(self._compare, rows, kind, vector)
            else:
                ask = partial(self._ask, vector)
            belongs = partial(self._belongs, self._places[place])
            found += nearest_alive(segment, kind, count, ask, belongs)
        return sorted(found, key=lambda hit: hit[1], reverse=True)[:count]

    def get(self, kind: Kind, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those ``ids`` that exist."""
        left, found = list(dict.fromkeys(ids)), dict[str, Vectors]()
        for segment, rows in zip(self._segments, self._rows, strict=True):
            if not left:
                break
            if rows is not None:
                own = rows.get(kind, left)
            elif segment.counts[kind]:
                own = self._store.vectors(segment.collection(kind), left)
            else:
                continue
            found |= own
            left = [each for each in left if each not in own] if own else left
        return found

    def sentences(self, counts: Mapping[str, int]) -> dict[str, Vectors]:
        """The vectors of the sentences of passages, of which ``counts`` has the numbers, by id.

        A passage without as many of them is left out.
        """
        left, found = list(counts), dict[str, Vectors]()
        for rows in self._rows:
            if rows is not None and left:
                found |= rows.sentences(left)
                left = [each for each in left if each not in found]
        if left:
            ids = {each: sentence_ids(each, counts[each]) for each in left}
            own = self.get("sentences", [each for listed in ids.values() for each in listed])
            for passage, listed in ids.items():
                if all(each in own for each in listed):
                    found[passage] = np.stack([own[each] for each in listed])
        return {each: vectors for each, vectors in found.items() if len(vectors) == counts[each]}

    def _is_compared(self, place: int, kind: Kind) -> bool:
        rows, segment = self._rows[place], self._segments[place]
        if rows is None or (self._store.remote and place == 0):
            return False
        return rows.is_listed(kind) or not segment.stored or segment.counts[kind] <= _SMALL

    @staticmethod
    def _compare(
        rows: Rows, kind: Kind, vector: Vectors, _name: str, count: int
    ) -> list[tuple[str, float]]:
        return rows.nearest(kind, vector, count)

    def _ask(self, vector: Vectors, name: str, count: int) -> list[tuple[str, float]]:
        found = self._store.nearest(name, vector, count)
        if not found:  # nobody asks an empty collection
            raise lost(remote=self._store.remote)
        return found

    def _belongs(self, segment: int, vector_id: str) -> bool:
        return self._holds(segment, vector_id.partition(":")[0])
