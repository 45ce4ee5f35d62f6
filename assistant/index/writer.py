"""Writing the vectors of one new segment: copied where an old one has them, embedded elsewhere.

They go into the store and into mapped rows beside it (``rows.py``), from which they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from assistant.embedding import Embedder, Vectors
from assistant.errors import IndexCorrupt
from assistant.index.manifest import KINDS, Kind, Segment, collection_name
from assistant.index.neighbourhoods import LISTED_FROM
from assistant.index.rows import Rows, RowsWriter
from assistant.index.segments import Contents
from assistant.index.store import ChromaStore

# Vectors are stored every so many texts: an interrupted build resumes there.
_CHECKPOINT = 256
_COPIED_AT_ONCE = 4096  # bounds the memory that copying takes

Tick = Callable[[int], None]
# The texts of a segment by kind and id, some articles after the other.
Texts = Callable[[], Iterable[Mapping[Kind, Mapping[str, str]]]]


class SegmentWriter:
    """Writes segments into ``store``, with the vectors of ``sources`` used again."""

    def __init__(
        self, data_dir: Path, store: ChromaStore, embedder: Embedder, sources: Sequence[Segment]
    ) -> None:
        self._data_dir, self._store, self._embedder = data_dir, store, embedder
        self._sources = [(each, Rows.load(data_dir, each)) for each in sources]

    def stores(self, new: Contents) -> bool:
        """Whether a segment goes into the store: of very many vectors on disk the rows are enough.

        Chroma holds the vectors and the graph of what it searches in the memory of each process.
        """
        return self._store.remote or max(new.counts().values()) < LISTED_FROM

    def write(self, name: str, new: Contents, texts: Texts, tick: Tick) -> int:
        """Write ``new`` as the segment ``name``; returns how many texts had to be embedded.

        A segment that a killed build began is filled up. ``texts`` reads the texts of its articles;
        it is asked only when there is something to embed.
        """
        stored = self.stores(new)
        self._rows = RowsWriter(
            self._data_dir, name, new, self._embedder.dimension, goes_on=not stored
        )
        collections, missing = dict[Kind, str](), dict[Kind, set[str]]()
        for kind in KINDS:
            wanted = list(new.ids(kind))
            if not wanted:
                continue
            collection = collection_name(kind, name)
            if stored:
                collections[kind] = collection
                present = self._store.ids(collection)
                _copy_rows(self._store, collection, kind, present, self._rows)
                left = [each for each in wanted if each not in present]
            else:
                left = self._rows.missing(kind)
            left = self._copy(kind, collections.get(kind), left)
            tick(len(wanted) - len(left))
            missing[kind] = set(left)
        embedded = sum(map(len, missing.values()))
        for part in texts() if embedded else ():
            for kind, wanting in missing.items():
                known = {each: text for each, text in part[kind].items() if each in wanting}
                wanting -= known.keys()
                self._embed(kind, collections.get(kind), known, tick)
        self._store.settle([*collections.values()])
        self._rows.finish()
        return embedded

    def _copy(self, kind: Kind, collection: str | None, ids: Sequence[str]) -> list[str]:
        """Copy what the sources have; returns the ids that none of them has."""
        left = list(ids)
        for source, rows in self._sources:
            if not left:
                break
            with_vector: set[str] = set()
            for part in _parts(left, _COPIED_AT_ONCE):
                try:
                    found = (
                        rows.get(kind, part)
                        if rows is not None
                        else self._stored(source, kind, part)
                    )
                except IndexCorrupt:
                    break  # a damaged old segment only costs time
                if found:
                    self._add(kind, collection, list(found), np.stack(list(found.values())))
                with_vector |= found.keys()
            left = [each for each in left if each not in with_vector]
        return left

    def _stored(self, source: Segment, kind: Kind, ids: Sequence[str]) -> Mapping[str, Vectors]:
        return self._store.vectors(source.collection(kind), ids) if source.stored else {}

    def _embed(
        self, kind: Kind, collection: str | None, texts: Mapping[str, str], tick: Tick
    ) -> None:
        # Similar lengths together: one long text would stretch a whole batch.
        ids = sorted(texts, key=lambda each: len(texts[each]))
        for part in _parts(ids, _CHECKPOINT):
            vectors = self._embedder.embed([texts[each] for each in part], progress=tick)
            self._add(kind, collection, part, vectors)

    def _add(
        self, kind: Kind, collection: str | None, ids: Sequence[str], vectors: Vectors
    ) -> None:
        if collection:
            self._store.add(collection, ids, vectors)
        self._rows.put(kind, ids, vectors)


def write_rows(data_dir: Path, store: ChromaStore, segment: Segment, contents: Contents) -> None:
    """Copy the vectors of a segment from the store into rows: an earlier version wrote none.

    Raises:
        IndexCorrupt: the store does not hold them.
    """
    first = next(iter(contents.passages))
    dimension = len(store.vectors(segment.collection("passages"), [first])[first])
    rows = RowsWriter(data_dir, segment.name, contents, dimension)
    for kind in KINDS:
        _copy_rows(store, segment.collection(kind), kind, contents.ids(kind), rows)
    rows.finish()


def _copy_rows(
    store: ChromaStore, collection: str, kind: Kind, ids: Iterable[str], rows: RowsWriter
) -> None:
    for part in _parts(ids, _COPIED_AT_ONCE):
        found = store.vectors(collection, part)
        if len(found) < len(part):
            raise IndexCorrupt("Part of the index is missing from the vector store.")
        rows.put(kind, list(found), np.stack(list(found.values())))


def _parts(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(ids)
    while part := list(islice(rest, size)):
        yield part


def is_whole(data_dir: Path, store: ChromaStore, segment: Segment) -> bool:
    """Whether there are as many vectors of ``segment`` as there should be."""
    if not segment.stored:
        return Rows.load(data_dir, segment) is not None
    stored = ((segment.collection(kind), segment.counts[kind]) for kind in KINDS)
    try:
        return all(store.count(name) == count for name, count in stored if count)
    except IndexCorrupt:
        return False
