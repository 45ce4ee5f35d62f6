"""Reading the index: one build at a time, replaced when a newer build goes live."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assistant.chunking import CHUNKER_VERSION
from assistant.embedding import Embedder, Vectors
from assistant.errors import IndexCorrupt, IndexOutOfDate
from assistant.glossary import Glossary
from assistant.index.bm25 import Matches
from assistant.index.catalogue import Entry
from assistant.index.kept import load_kept
from assistant.index.manifest import FILE_NAME, Manifest, read_manifest
from assistant.index.snapshot import load_snapshot
from assistant.index.store import ChromaStore, lost
from assistant.index.texts import field_id
from assistant.index.vectors import BuildVectors
from assistant.records import Library


class Index:
    """One build: its library and the four ways to search it. Immutable once opened."""

    def __init__(self, manifest: Manifest, data_dir: Path, store: ChromaStore) -> None:
        self.manifest = manifest
        snapshot = load_snapshot(data_dir, manifest)
        self.library: Library = snapshot.library
        self._catalogues = snapshot.catalogues
        self.glossary: Glossary = snapshot.glossary
        self.kept = load_kept(data_dir, manifest)
        self.lexis = snapshot.lexis
        self._body, self._fields = snapshot.body, snapshot.fields
        self._vectors = BuildVectors(manifest, data_dir, store, self._catalogues.holds)
        self._remote = store.remote
        if not self._vectors.is_complete():
            raise lost(remote=store.remote)

    def check_store(self) -> None:
        """Raises IndexCorrupt when the vector store lacks part of the build.

        A small library is answered from rows beside the store, so nobody else would notice.
        """
        if not self._vectors.is_complete(everything=True):
            raise lost(remote=self._remote)

    def position(self, passage_id: str) -> int:
        """Where the passage stands in ``library.passages``, the order of BM25 scores.

        Raises:
            IndexCorrupt: the vector store knows a passage that the library does not.
        """
        position = self._catalogues.position(passage_id)
        if position is None:
            raise IndexCorrupt("The vector store and the articles do not match.")
        return position

    def entry(self, position: int) -> Entry:
        """What is known of the passage at ``position`` without reading its article."""
        return self._catalogues.entry(position)

    def nearest_passages(self, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Passage ids with their cosine to ``vector``, best first."""
        return self._vectors.nearest("passages", vector, count)

    def nearest_sentences(self, vector: Vectors, count: int) -> list[tuple[str, int, float]]:
        """``(passage id, sentence position, cosine)`` of the nearest sentences, best first."""
        found = self._vectors.nearest("sentences", vector, count)
        return [(i.rpartition(":")[0], int(i.rpartition(":")[2]), cosine) for i, cosine in found]

    def passage_vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """Unit vectors of passages, by id."""
        return self._vectors.get("passages", ids)

    def sentence_vectors(self, counts: Mapping[str, int]) -> dict[str, Vectors]:
        """Unit vectors of the sentences of each passage, shape ``(sentences, dimension)``.

        ``counts`` has the number of sentences of each passage that is wanted, by its id.
        """
        found = self._vectors.sentences(counts)
        if len(found) != len(counts):
            raise IndexCorrupt("Part of the index is missing from the vector store.")
        return found

    def field_vectors(self, texts: Iterable[str]) -> dict[str, Vectors]:
        """Unit vectors of titles and headings, by their text."""
        wanted = {field_id(text): text for text in texts if text}
        found = self._vectors.get("fields", wanted)
        return {wanted[i]: vector for i, vector in found.items()}

    def knows(self, stem: str) -> bool:
        """Whether any article uses a word with this stem."""
        return self._body.knows(stem) or self._fields.knows(stem)

    def lexical_body(self, query: Sequence[str]) -> Matches:
        """BM25 of every passage's words, by its position."""
        return self._body.matches(query)

    def lexical_fields(self, query: Sequence[str]) -> Matches:
        """BM25 of every passage's title and headings, by its position."""
        return self._fields.matches(query)


class LiveIndex:
    """Always the newest complete build; safe to share between threads."""

    def __init__(self, data_dir: Path, store: ChromaStore, embedder: Embedder) -> None:
        self._data_dir, self._store, self._embedder = data_dir, store, embedder
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._stamp: tuple[int, int] | None = None

    def current(self) -> Index:
        """The live build. Costs one look at a small file unless a new build went live.

        Raises:
            IndexMissing, IndexCorrupt, IndexOutOfDate, StoreUnavailable
        """
        with self._lock:
            stamp = self._read_stamp()
            if self._index is None or stamp is None or stamp != self._stamp:
                manifest = read_manifest(self._data_dir)
                self._refuse_mixing(manifest)
                self._index = Index(manifest, self._data_dir, self._store)
                self._stamp = stamp
            return self._index

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            # Opened, because a network file system may answer a mere stat from its cache.
            with (self._data_dir / FILE_NAME).open("rb") as stream:
                status = os.fstat(stream.fileno())
        except OSError:
            return None  # read_manifest explains what is wrong
        return status.st_mtime_ns, status.st_ino

    def _refuse_mixing(self, manifest: Manifest) -> None:
        if manifest.model != self._embedder.model_id:
            raise IndexOutOfDate(
                f"The index was built with the embedding model {manifest.model}, "
                f"but {self._embedder.model_id} is configured."
            )
        if manifest.chunker != CHUNKER_VERSION:
            raise IndexOutOfDate(
                f"The index was built by chunker version {manifest.chunker}, "
                f"this is version {CHUNKER_VERSION}."
            )
