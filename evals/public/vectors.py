"""Vectors kept on disk: tens of thousands of texts are embedded once, also when interrupted."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.embedding import Embedder, Progress, Vectors
from evals.memory_store import WrappedEmbedder

_BATCH = 256
_ASKED = 500  # keys of one query; SQLite allows 999 at least


class KeptEmbedder(WrappedEmbedder):
    """An embedder that remembers every text by its hash. One file for each model."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        super().__init__(embedder)
        folder.mkdir(parents=True, exist_ok=True)
        model = hashlib.sha256(embedder.model_id.encode()).hexdigest()[:12]
        self._file = sqlite3.connect(folder / f"vectors-{model}.sqlite")
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (text BLOB PRIMARY KEY, vector BLOB)")

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``, in the order given."""
        keys = {text: hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts}
        known = self._kept(list(keys.values()))
        missing = sorted((t for t, key in keys.items() if key not in known), key=len)
        if progress:
            progress(len(texts) - len(missing))
        for start in range(0, len(missing), _BATCH):
            part = missing[start : start + _BATCH]
            vectors = self._embedder.embed(part)
            rows = [(keys[t], v.tobytes()) for t, v in zip(part, vectors, strict=True)]
            with self._file:
                self._file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)
            known.update(rows)
            if progress:
                progress(len(part))
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            result[row] = np.frombuffer(known[keys[text]], dtype=np.float32)
        return result

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _kept(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for start in range(0, len(keys), _ASKED):
            part = keys[start : start + _ASKED]
            marks = ",".join("?" * len(part))
            found.update(
                self._file.execute(f"SELECT text, vector FROM kept WHERE text IN ({marks})", part)
            )
        return found
