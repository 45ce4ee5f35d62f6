"""The vectors of a segment once more, in mapped files: read by id without asking the store.

A search compares the vectors of a hundred candidates, and asking Chroma for them took longer than
everything else. Rows stand in the order of their ids, so a file that is mapped finds them too.
They are written with the segment and never changed; without them the store is asked. Very many
vectors stand in lists of near ones instead (``neighbourhoods.py``), which are searched here too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors
from assistant.errors import IndexCorrupt
from assistant.index.manifest import KINDS, Kind, Segment
from assistant.index.mapped import Tables, read_tables, write_tables
from assistant.index.neighbourhoods import LISTED_FROM, Neighbourhoods
from assistant.index.segments import Contents

FOLDER = "vectors"  # of the data folder
_IDS = "ids.tables"
_NOWHERE = -1
_READ_AT_ONCE = 65_536  # vectors
_ROUNDING = 1e-3

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

    def __init__(self, ids: _Ids, vectors: dict[Kind, Vectors], lists: dict[Kind, _Listed]) -> None:
        self._ids, self._vectors, self._lists = ids, vectors, lists

    @classmethod
    def load(cls, data_dir: Path, segment: Segment) -> Rows | None:
        """The rows of ``segment``; ``None`` when they are not there or not those of it."""
        folder = _folder(data_dir, segment.name)
        try:
            tables = read_tables(folder / _IDS)
            ids = _Ids(tables)
            vectors = {kind: _mapped(_file(folder, kind), ids.count(kind)) for kind in KINDS}
            lists = {
                kind: _Listed(own, tables[f"{kind}.rows"])
                for kind in KINDS
                if (own := Neighbourhoods.within(tables, kind, ids.count(kind)))
            }
        except (IndexCorrupt, OSError, EOFError, ValueError, LookupError):
            return None
        fits = all(len(vectors[k]) == ids.count(k) == segment.counts[k] for k in KINDS)
        return cls(ids, vectors, lists) if fits else None

    def is_listed(self, kind: Kind) -> bool:
        """Whether a search compares only some lists of near vectors."""
        return kind in self._lists

    def get(self, kind: Kind, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ``ids`` that stand here."""
        rows = self._ids.rows(kind, ids)
        here = np.flatnonzero(rows != _NOWHERE)
        found = self._at(kind, rows[here])
        return {ids[n]: vector for n, vector in zip(here.tolist(), found, strict=True)}

    def sentences(self, passages: Sequence[str]) -> dict[str, Vectors]:
        """All sentences of those ``passages`` that stand here; of few, nothing is copied."""
        rows, starts = self._ids.rows("passages", passages), self._ids.starts
        found = {}
        for passage, row in zip(passages, rows.tolist(), strict=True):
            if row == _NOWHERE:
                continue
            start, end = int(starts[row]), int(starts[row + 1])
            found[passage] = (
                self._at("sentences", np.arange(start, end))
                if "sentences" in self._lists
                else self._vectors["sentences"][start:end]
            )
        return found

    def nearest(self, kind: Kind, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the ``count`` nearest with their cosine, best first.

        All are compared, or of very many those in the lists nearest to ``vector``.
        """
        own = self._lists.get(kind)
        if own is None:
            cosines = self._vectors[kind] @ vector
            rows = np.arange(len(cosines), dtype=np.int32)
        else:
            places, cosines = own.lists.nearest(self._vectors[kind], vector, count)
            rows = own.rows[places]
        count = min(count, len(cosines))
        best = np.argpartition(-cosines, count - 1)[:count] if count else np.zeros(0, dtype=int)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(self._ids.at(kind, int(rows[n])), float(cosines[n])) for n in best]

    def _at(self, kind: Kind, rows: Places) -> Vectors:
        own = self._lists.get(kind)
        return np.asarray(self._vectors[kind][rows if own is None else own.lists.places[rows]])


class _Listed(NamedTuple):
    """Lists of near vectors, and the row that stands at each place in them."""

    lists: Neighbourhoods
    rows: NDArray[np.int32]


class RowsWriter:
    """Writes the rows of one segment, which appear complete or not at all.

    What a killed writer began is gone on with, where it is asked for by ``goes_on``.
    """

    def __init__(
        self,
        data_dir: Path,
        name: str,
        contents: Contents,
        dimension: int,
        *,
        goes_on: bool = False,
    ) -> None:
        self._folder, self._ids = _folder(data_dir, name), _Ids.of(contents)
        self._begun = self._folder.with_name(f"{name}.tmp")
        shapes = {k: (self._ids.count(k), dimension) for k in KINDS if self._ids.count(k)}
        self._files: dict[Kind, Any] = {}
        if goes_on:
            with suppress(OSError, EOFError, ValueError):
                self._files = {
                    kind: np.load(_file(self._begun, kind), mmap_mode="r+") for kind in shapes
                }
        if any(self._files[k].shape != shape for k, shape in shapes.items() if self._files):
            self._files = {}
        if self._files:
            return
        shutil.rmtree(self._begun, ignore_errors=True)
        self._begun.mkdir(parents=True)
        self._files = {
            kind: np.lib.format.open_memmap(_file(self._begun, kind), "w+", np.float32, shape)
            for kind, shape in shapes.items()
        }

    def missing(self, kind: Kind) -> list[str]:
        """The ids whose vectors were not put yet: a unit vector is not all zeros."""
        held = self._files[kind]
        return [
            self._ids.at(kind, start + row)
            for start in range(0, len(held), _READ_AT_ONCE)
            for row in np.flatnonzero(
                np.abs(np.linalg.norm(held[start : start + _READ_AT_ONCE], axis=1) - 1) > _ROUNDING
            ).tolist()
        ]

    def put(self, kind: Kind, ids: Iterable[str], vectors: Vectors) -> None:
        """Write ``vectors`` of ``ids``."""
        rows = self._ids.rows(kind, list(ids))
        known = rows != _NOWHERE
        self._files[kind][rows[known]] = vectors[known]

    def finish(self) -> None:
        """Make the rows what readers find; every vector was put before."""
        tables = self._ids.tables()
        for kind, held in self._files.items():
            held.flush()
            if len(held) >= LISTED_FROM:
                tables |= self._in_lists(kind, np.asarray(held))
        self._files.clear()
        write_tables(self._begun / _IDS, tables)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._begun.rename(self._folder)

    def _in_lists(self, kind: Kind, held: Vectors) -> Tables:
        """Lay the vectors out in lists of near ones; those lists."""
        lists = Neighbourhoods.of(held)
        order = lists.order()
        file = _file(self._begun, kind)
        laid = np.lib.format.open_memmap(
            file.with_suffix(".tmp"), "w+", np.float32, (len(held), held.shape[1])
        )
        for start in range(0, len(order), _READ_AT_ONCE):
            laid[start : start + _READ_AT_ONCE] = held[order[start : start + _READ_AT_ONCE]]
        laid.flush()
        file.with_suffix(".tmp").replace(file)
        return lists.tables(kind)


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
