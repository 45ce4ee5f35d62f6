"""The vectors of a segment once more, in mapped files: read by id without asking the store.

A search compares the vectors of a hundred candidates, and asking Chroma for them took longer than
everything else. Rows stand in the order of their ids, so a file that is mapped finds them too.
They are written with the segment and never changed; without them the store is asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors
from assistant.errors import IndexCorrupt
from assistant.index.manifest import KINDS, Kind, Segment
from assistant.index.mapped import Tables, read_tables, write_tables
from assistant.index.segments import Contents

FOLDER = "vectors"  # of the data folder
_IDS = "ids.tables"
_NOWHERE = -1

Places = NDArray[np.int64]


class _Ids:
    """Where each id has its row. Sentence ``n`` of passage ``p`` stands at ``starts[p] + n``."""

    def __init__(self, tables: Tables) -> None:
        self.passages, self.fields = tables["passages"], tables["fields"]
        self.starts: Places = tables["starts"]

    @classmethod
    def of(cls, contents: Contents) -> _Ids:
        passages = sorted(contents.passages)
        counts = [contents.passages[each] for each in passages]
        return cls({
            "passages": np.array([each.encode() for each in passages], dtype=np.bytes_),
            "fields": np.array([each.encode() for each in contents.ids("fields")], dtype=np.bytes_),
            "starts": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        })  # fmt: skip

    def tables(self) -> Tables:
        return {"passages": self.passages, "fields": self.fields, "starts": self.starts}

    def count(self, kind: Kind) -> int:
        held = {"passages": len(self.passages), "fields": len(self.fields)}
        return held[kind] if kind in held else int(self.starts[-1])

    def rows(self, kind: Kind, ids: Sequence[str]) -> Places:
        """The row of each of ``ids``; ``_NOWHERE`` of what is not here."""
        if kind != "sentences":
            return _found(self.passages if kind == "passages" else self.fields, ids)
        parts = [each.rpartition(":") for each in ids]
        own = _found(self.passages, [passage for passage, _, _ in parts])
        rows = self.starts[own] + np.array([int(number) for _, _, number in parts], dtype=np.int64)
        rows[(own == _NOWHERE) | (rows >= self.starts[own + 1])] = _NOWHERE
        return rows

    def at(self, kind: Kind, row: int) -> str:
        """The id whose vector stands at ``row``."""
        if kind != "sentences":
            return str((self.passages if kind == "passages" else self.fields)[row].decode())
        own = int(np.searchsorted(self.starts, row, side="right")) - 1
        return f"{self.passages[own].decode()}:{row - int(self.starts[own])}"


def _found(held: NDArray[np.bytes_], ids: Sequence[str]) -> Places:
    if not len(held) or not ids:
        return np.full(len(ids), _NOWHERE, dtype=np.int64)
    # Of the type of what is held: anything else copies all of it.
    wanted = np.array([each.encode(errors="replace") for each in ids]).astype(held.dtype)
    places = np.searchsorted(held, wanted)
    places[places == len(held)] = 0
    same = np.fromiter(
        (found.decode() == each for found, each in zip(held[places], ids, strict=True)), dtype=bool
    )
    return np.where(same, places, _NOWHERE).astype(np.int64)


class Rows:
    """The vectors of one segment, mapped into memory."""

    def __init__(self, ids: _Ids, vectors: dict[Kind, Vectors]) -> None:
        self._ids, self._vectors = ids, vectors

    @classmethod
    def load(cls, data_dir: Path, segment: Segment) -> Rows | None:
        """The rows of ``segment``; ``None`` when they are not there or not those of it."""
        folder = _folder(data_dir, segment.name)
        try:
            ids = _Ids(read_tables(folder / _IDS))
            vectors = {kind: _mapped(_file(folder, kind), ids.count(kind)) for kind in KINDS}
        except (IndexCorrupt, OSError, EOFError, ValueError, LookupError):
            return None
        fits = all(len(vectors[k]) == ids.count(k) == segment.counts[k] for k in KINDS)
        return cls(ids, vectors) if fits else None

    def get(self, kind: Kind, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ``ids`` that stand here."""
        rows = self._ids.rows(kind, ids)
        here = np.flatnonzero(rows != _NOWHERE)
        found = np.asarray(self._vectors[kind][rows[here]])
        return {ids[n]: vector for n, vector in zip(here.tolist(), found, strict=True)}

    def sentences(self, passages: Sequence[str]) -> dict[str, Vectors]:
        """All sentences of those ``passages`` that stand here; nothing is copied."""
        rows, starts = self._ids.rows("passages", passages), self._ids.starts
        return {
            passage: self._vectors["sentences"][starts[row] : starts[row + 1]]
            for passage, row in zip(passages, rows.tolist(), strict=True)
            if row != _NOWHERE
        }

    def nearest(self, kind: Kind, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest of all with their cosine, best first: all are compared."""
        cosines = self._vectors[kind] @ vector
        count = min(count, len(cosines))
        best = np.argpartition(-cosines, count - 1)[:count] if count else np.zeros(0, dtype=int)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(self._ids.at(kind, int(row)), float(cosines[row])) for row in best]


class RowsWriter:
    """Writes the rows of one segment, which appear complete or not at all."""

    def __init__(self, data_dir: Path, name: str, contents: Contents, dimension: int) -> None:
        self._folder, self._ids = _folder(data_dir, name), _Ids.of(contents)
        self._begun = self._folder.with_name(f"{name}.tmp")
        shutil.rmtree(self._begun, ignore_errors=True)
        self._begun.mkdir(parents=True)
        self._files: dict[Kind, Any] = {
            kind: np.lib.format.open_memmap(
                _file(self._begun, kind), "w+", np.float32, (self._ids.count(kind), dimension)
            )
            for kind in KINDS
            if self._ids.count(kind)
        }

    def put(self, kind: Kind, ids: Iterable[str], vectors: Vectors) -> None:
        """Write ``vectors`` of ``ids``."""
        rows = self._ids.rows(kind, list(ids))
        known = rows != _NOWHERE
        self._files[kind][rows[known]] = vectors[known]

    def finish(self) -> None:
        """Make the rows what readers find; every vector was put before."""
        for each in self._files.values():
            each.flush()
        self._files.clear()
        write_tables(self._begun / _IDS, self._ids.tables())
        shutil.rmtree(self._folder, ignore_errors=True)
        self._begun.rename(self._folder)


def _folder(data_dir: Path, name: str) -> Path:
    return data_dir / FOLDER / name


def _file(folder: Path, kind: Kind) -> Path:
    return folder / f"{kind}.npy"


def _mapped(path: Path, count: int) -> Vectors:
    """The matrix in ``path``; none of a kind that has no vectors, and no file."""
    if not count:
        return np.zeros((0, 0), dtype=np.float32)
    # A plain view: each row of a memmap would be wrapped once more.
    return np.asarray(np.load(path, mmap_mode="r"))
