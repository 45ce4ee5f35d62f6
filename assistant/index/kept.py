"""Vectors that every start needs, kept with the index: words of the articles, fixed wordings.

A reader of questions compares the words of a question with every word of the articles. There are
thousands; embedding them anew took most of the time to the first answer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.embedding import Embedder, Progress, Vectors
from assistant.errors import IndexCorrupt
from assistant.index.manifest import Manifest

SUFFIX = ".kept"  # of the folder beside a segment's or the build's own
_TEXTS = "texts.json"
_VECTORS = "vectors.npy"


class KeptVectors:
    """Texts with their vectors, shape ``(len(texts), dimension)``."""

    def __init__(self, texts: Sequence[str] = (), vectors: Vectors | None = None) -> None:
        """Raises ValueError when there is not one vector for each text."""
        self._rows = {text: row for row, text in enumerate(texts)}
        self._vectors = np.zeros((0, 0), dtype=np.float32) if vectors is None else vectors
        if self._vectors.ndim != 2 or len(self._vectors) != len(self._rows):
            raise ValueError("not one vector for each text")

    @classmethod
    def load(cls, folder: Path) -> KeptVectors:
        """The vectors in ``folder``, memory-mapped; none when there is no such folder.

        Raises:
            IndexCorrupt: a file is missing or damaged.
        """
        if not folder.is_dir():
            return cls()  # a build of an earlier version: readers embed what they need
        try:
            texts = json.loads((folder / _TEXTS).read_text(encoding="utf-8"))
            return cls(texts, np.load(folder / _VECTORS, mmap_mode="r"))
        except (OSError, EOFError, ValueError, TypeError) as error:
            raise IndexCorrupt("The words kept with the index cannot be read.") from error

    def save(self, folder: Path) -> None:
        """Write texts and vectors to ``folder``, which appears complete or not at all."""
        temporary = folder.with_name(folder.name + ".tmp")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        np.save(temporary / _VECTORS, self._vectors)
        texts = json.dumps(list(self._rows), ensure_ascii=False)
        (temporary / _TEXTS).write_text(texts, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)

    @classmethod
    def joined(cls, parts: Sequence[KeptVectors]) -> KeptVectors:
        """Those of all ``parts``, of equal texts the first."""
        some = [part for part in parts if part.texts]
        if len(some) < 2:  # nothing is copied
            return some[0] if some else cls()
        known: dict[str, Vectors] = {}
        for part in some:
            for text, row in part._rows.items():
                known.setdefault(text, part._vectors[row])
        return cls(list(known), np.stack(list(known.values())))

    @property
    def texts(self) -> Sequence[str]:
        """The texts that there are vectors of."""
        return tuple(self._rows)

    def missing(self, texts: Sequence[str]) -> int:
        """How many of ``texts`` are not kept."""
        return sum(text not in self._rows for text in texts)

    def before(self, embedder: Embedder) -> Embedder:
        """An embedder that looks here first and asks ``embedder`` for the rest."""
        return _KeptFirst(self._rows, self._vectors, embedder)


def kept_folders(data_dir: Path, manifest: Manifest) -> list[Path]:
    """The folders with the words of each segment of a build, and with the build's own texts."""
    own = [kept_folder(data_dir, segment.name) for segment in manifest.segments]
    return [*own, data_dir / "builds" / f"{manifest.build}{SUFFIX}"]


def kept_folder(data_dir: Path, segment: str) -> Path:
    """Where the vectors of a segment's words are, beside its others."""
    return data_dir / "vectors" / f"{segment}{SUFFIX}"


def load_kept(data_dir: Path, manifest: Manifest) -> KeptVectors:
    """What is kept with the build of ``manifest``.

    Raises:
        IndexCorrupt: a file is missing or damaged.
    """
    folders = kept_folders(data_dir, manifest)
    return KeptVectors.joined([KeptVectors.load(folder) for folder in folders])


class _KeptFirst:
    def __init__(self, rows: Mapping[str, int], vectors: Vectors, embedder: Embedder) -> None:
        self._rows, self._vectors, self._embedder = rows, vectors, embedder

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        kept = [n for n, text in enumerate(texts) if text in self._rows]
        if not kept:
            return self._embedder.embed(texts, progress=progress)
        rows = [self._rows[texts[n]] for n in kept]
        if len(kept) == len(texts) and rows == list(range(rows[0], rows[0] + len(rows))):
            if progress:
                progress(len(rows))
            return np.asarray(self._vectors[rows[0] : rows[0] + len(rows)])  # nothing is copied
        result = np.zeros((len(texts), self._vectors.shape[1]), dtype=np.float32)
        result[kept] = self._vectors[rows]
        if progress:
            progress(len(kept))
        new = [n for n, text in enumerate(texts) if text not in self._rows]
        if new:
            result[new] = self._embedder.embed([texts[n] for n in new], progress=progress)
        return result
