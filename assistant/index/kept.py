"""Vectors that every start needs, kept with the index: words of the articles, fixed wordings.

A reader of questions compares the words of a question with every word of the articles. There are
thousands; embedding them anew took most of the time to the first answer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
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
        # The part that has the vector of each text, and the row there.
        self._places = {text: (0, row) for row, text in enumerate(texts)}
        self._parts = [np.zeros((0, 0), dtype=np.float32) if vectors is None else vectors]
        if self._parts[0].ndim != 2 or len(self._parts[0]) != len(self._places):
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
        np.save(temporary / _VECTORS, self.of(self.texts))
        texts = json.dumps(self.texts, ensure_ascii=False)
        (temporary / _TEXTS).write_text(texts, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)

    @classmethod
    def joined(cls, parts: Sequence[KeptVectors]) -> KeptVectors:
        """Those of all ``parts``, of equal texts the first; nothing is copied."""
        made = cls()
        for part in parts:
            first = len(made._parts)
            made._parts += part._parts
            for text, (own, row) in part._places.items():
                made._places.setdefault(text, (first + own, row))
        return made

    @property
    def texts(self) -> Sequence[str]:
        """The texts that there are vectors of."""
        return tuple(self._places)

    def __contains__(self, text: object) -> bool:
        return text in self._places

    def of(self, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, all of them kept; not copied when they stand in that order."""
        places = [self._places[text] for text in texts]
        if not places:
            return self._parts[0][:0]
        part, row = places[0]
        if places == [(part, row + n) for n in range(len(places))]:
            return np.asarray(self._parts[part][row : row + len(places)])
        return np.stack([self._parts[part][row] for part, row in places])

    def missing(self, texts: Sequence[str]) -> int:
        """How many of ``texts`` are not kept."""
        return sum(text not in self for text in texts)

    def before(self, embedder: Embedder) -> Embedder:
        """An embedder that looks here first and asks ``embedder`` for the rest."""
        return _KeptFirst(self, embedder)


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
    def __init__(self, known: KeptVectors, embedder: Embedder) -> None:
        self._known, self._embedder = known, embedder

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        kept = [n for n, text in enumerate(texts) if text in self._known]
        if not kept:
            return self._embedder.embed(texts, progress=progress)
        vectors = self._known.of([texts[n] for n in kept])
        if progress:
            progress(len(kept))
        if len(kept) == len(texts):
            return vectors
        result = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
        result[kept] = vectors
        new = [n for n, text in enumerate(texts) if text not in self._known]
        result[new] = self._embedder.embed([texts[n] for n in new], progress=progress)
        return result
