"""Vectors in Chroma: on disk by default, on a Chroma server when its address is set.

Collections are written once under a new name and never changed afterwards. A client that
already has the store open sees a new name at once, but may miss later writes to a name it has
read before; that is why a build never writes into a collection that answers questions.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import DataDirUnusable, IndexCorrupt, StoreUnavailable, VectorsMissing
from assistant.index.server import AT_ONCE, ServerPlace, connect, unreachable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from chromadb.api.types import GetResult

T = TypeVar("T")

_ADD_BATCH = 1000  # below the smallest batch limit Chroma sets (SQLite's 5,461 rows)
# Search breadth far above the number of candidates we ask for: at 10,000 passages recall@10 was
# that of exact search (make bench-scale); no larger library and no other breadth was measured.
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}

_AT_ONCE = 2  # unwritten vectors; the least that Chroma allows

# Chroma hands a second thread the half-started system of the first: one connects at a time.
_CONNECTING = threading.Lock()


class ChromaStore:
    """Named sets of vectors, each with its ids. Errors are the assistant's own."""

    def __init__(
        self,
        connect: Callable[[], ClientAPI],
        *,
        server: ServerPlace | None = None,
        folder: Path | None = None,
    ) -> None:
        self._connect = connect
        self._folder, self._server = folder, server
        self.remote = server is not None
        self._batch = AT_ONCE if self.remote else _ADD_BATCH
        self._client: ClientAPI | None = None
        self._found: dict[str, ChromaCollection] = {}

    @classmethod
    def on_disk(cls, folder: Path) -> ChromaStore:
        """A store in ``folder``, created on first use."""
        return cls(lambda: _client_on_disk(str(folder)), folder=folder)

    @classmethod
    def on_server(cls, place: ServerPlace) -> ChromaStore:
        """A store on the Chroma server at ``place``."""
        return cls(lambda: connect(place), server=place)

    def names(self) -> list[str]:
        """Names of all collections."""
        with self._errors():
            return [c.name for c in self._open().list_collections()]

    def ids(self, name: str) -> set[str]:
        """Ids stored under ``name``; empty when there is no such collection."""
        if not self._exists(name):
            return set()
        if not self.remote:
            return set(self._use(name, lambda c: c.get(include=[]))["ids"])
        found: set[str] = set()
        while part := self._page(name, len(found)):
            found.update(part)
        return found

    def _page(self, name: str, offset: int) -> list[str]:
        return self._use(name, lambda c: c.get(include=[], limit=self._batch, offset=offset))["ids"]

    def _exists(self, name: str) -> bool:
        from chromadb.errors import NotFoundError

        with self._errors():
            try:
                self._collection(name)
            except NotFoundError:
                return False
        return True

    def count(self, name: str) -> int:
        """How many vectors ``name`` holds."""
        return self._use(name, lambda collection: collection.count())

    def add(self, name: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Put unit vectors, shape ``(len(ids), dimension)``, under ``name``."""
        with self._errors():
            collection = self._open().get_or_create_collection(
                name,
                embedding_function=None,
                configuration={"hnsw": _HNSW},  # type: ignore[arg-type]
            )
            for start in range(0, len(ids), self._batch):
                part = slice(start, start + self._batch)
                collection.upsert(ids=list(ids[part]), embeddings=vectors[part])

    def settle(self, names: Collection[str]) -> None:
        """Write the search graphs of ``names`` out to their end; nothing happens on a server.

        Chroma writes it every 1,000 vectors and leaves the rest in its log. Each process would
        put up to 999 vectors into the graph again before its first answer, for half a second.
        """
        if self._folder is None or not names:
            return
        # A client keeps to the setting with which it first read or wrote a collection. Under
        # another name for the same folder Chroma starts anew.
        folder = f"{self._folder}{os.sep}."
        with self._errors():
            client = _client_on_disk(folder)
            for name in names:
                _write_out(client.get_collection(name, embedding_function=None))
            _forget(folder)

    def nearest(self, name: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest vectors with their cosine, best first."""
        query = vector.reshape(1, -1)
        found = self._use(
            name,
            lambda c: c.query(query_embeddings=query, n_results=count, include=["distances"]),
        )
        distances = found["distances"] or [[]]
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, name: str, ids: Iterable[str]) -> dict[str, Vectors]:
        """The stored vectors of those ``ids`` that exist."""
        wanted = list(dict.fromkeys(ids))
        result: dict[str, Vectors] = {}
        for start in range(0, len(wanted), self._batch):
            part = wanted[start : start + self._batch]
            found = self._use(name, partial(_get, part))
            rows = np.asarray(found["embeddings"], dtype=np.float32)
            result.update(zip(found["ids"], rows, strict=True))
        return result

    def drop(self, name: str) -> None:
        """Delete ``name`` and its vectors; nothing happens when it is not there."""
        self._found.pop(name, None)
        if self._exists(name):
            with self._errors():
                self._open().delete_collection(name)

    def set_aside_if_broken(self) -> None:
        """Make room for a new store on disk when the one there cannot be opened.

        The damaged one is kept beside it, under a name that says so.
        """
        try:
            self.names()
        except IndexCorrupt:
            if self._folder is None:
                raise
            _forget(str(self._folder))
            aside = self._folder.with_name(f"{self._folder.name}.damaged-{secrets.token_hex(4)}")
            with self._errors():
                self._folder.rename(aside)

    def _open(self) -> ClientAPI:
        client = self._client
        if client is not None:
            return client
        with _CONNECTING:
            if self._client is not None:
                return self._client
            # Chroma logs a telemetry notice and retries at warning level; neither helps a reader.
            logging.getLogger("chromadb").setLevel(logging.ERROR)
            self._client = client = self._connect()
            return client

    def _collection(self, name: str) -> ChromaCollection:
        return self._open().get_collection(name, embedding_function=None)

    def _use(self, name: str, use: Callable[[ChromaCollection], T]) -> T:
        """What ``use`` makes of the collection ``name``, which is looked up only once.

        A collection that was lost and filled again has another id behind the same name.
        """
        from chromadb.errors import NotFoundError

        with self._errors():
            known = self._found.get(name)
            if known is not None:
                try:
                    return use(known)
                except NotFoundError:
                    self._found.pop(name, None)
            self._found[name] = collection = self._collection(name)
            return use(collection)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Translate what Chroma raises into errors that name the next step."""
        import httpx
        from chromadb.errors import ChromaError, NotFoundError

        try:
            yield
        except NotFoundError as error:
            raise lost(remote=self.remote) from error
        except httpx.HTTPError as error:
            raise unreachable(self._server.url if self._server else "", error) from error
        except PermissionError as error:
            raise DataDirUnusable(f"The vector store cannot be opened: {error}") from error
        except (ChromaError, ValueError, OSError, RuntimeError) as error:
            if self._server is not None:  # its client needs no new start: each request stands alone
                raise StoreUnavailable(
                    f"The Chroma server at {self._server.url} cannot do what was asked ({error})."
                ) from error
            self._client = None
            self._found.clear()
            raise IndexCorrupt(f"The vector store cannot be read: {error}") from error


def lost(*, remote: bool) -> IndexCorrupt:
    """What to raise when the store does not hold vectors that the manifest lists."""
    if not remote:
        return IndexCorrupt("Part of the index is missing from the vector store.")
    return VectorsMissing(
        "The Chroma server does not hold the vectors of this index: its data is new, older than "
        "the index, or another's."
    )


def _get(ids: list[str], collection: ChromaCollection) -> GetResult:
    return collection.get(ids=ids, include=["embeddings"])


def _write_out(collection: ChromaCollection) -> None:
    with warnings.catch_warnings():  # that the collection has no embedding function
        warnings.simplefilter("ignore", DeprecationWarning)
        collection.modify(configuration={"hnsw": {"sync_threshold": _AT_ONCE}})
    first = collection.get(limit=1, include=["embeddings"])
    rows = np.asarray(first["embeddings"], dtype=np.float32)
    collection.upsert(ids=first["ids"], embeddings=rows)  # the write that sets it off


def _client_on_disk(folder: str) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    except Exception:
        _forget(folder)
        raise


def _forget(folder: str) -> None:
    """Make Chroma drop what it keeps of a store that is done with or could not be opened.

    It caches one system for each folder, also a half-started one, which would then fail every
    later attempt in this process with an unrelated error.
    """
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(folder, None)
    SharedSystemClient._identifier_to_refcount.pop(folder, None)
