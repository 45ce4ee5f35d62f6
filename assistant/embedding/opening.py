"""Choosing the exported encoder where there is one, and the model itself where there is none."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

from assistant.embedding.encoder import Encoder, EncoderDamaged, read_account
from assistant.embedding.export import (
    ExportFailed,
    content_name,
    export_encoder,
    finished,
    sources,
)
from assistant.embedding.reference import SentenceTransformerEmbedder
from assistant.embedding.vectors import Embedder, Progress, Vectors

_log = logging.getLogger(__name__)

FOLDER = "encoders"
_DAMAGED = (
    "The exported encoder cannot be used: %s. The model itself is used instead, which takes "
    "longer to start; `pmr-assistant index` exports it again."
)
_NOT_EXPORTED = (
    "The embedding model could not be exported: %s. Answers are the same, but every start "
    "takes some seconds longer."
)


class LocalEmbedder:
    """The embedding model of this machine, by the fastest way there is. Loaded on first use.

    Safe to share between threads.
    """

    def __init__(self, model_folder: str | None, data_dir: Path) -> None:
        self._reference = SentenceTransformerEmbedder(model_folder)
        self._encoders = data_dir / FOLDER
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._looked = False

    @property
    def model_id(self) -> str:
        """The model's, whichever way it is run: both give the same vectors."""
        return self._reference.model_id

    @property
    def dimension(self) -> int:
        """Length of the model's vectors."""
        encoder = self._ready()
        return encoder.account.dimension if encoder else self._reference.dimension

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``, in the order given.

        Raises:
            EmbedderUnavailable: there is no exported encoder and the model cannot be loaded.
        """
        return (self._ready() or self._reference).embed(texts, progress=progress)

    def exported(self) -> Path | None:
        """Folder of the exported encoder, or ``None``; it is not opened."""
        model = self._reference.folder
        stamps = sources(model)
        folders = finished(self._encoders)
        for folder in folders:
            try:
                account = read_account(folder)
            except EncoderDamaged:
                continue
            if stamps and (account.model, account.sources) == (self.model_id, stamps):
                return folder
        # The same model, copied or installed again, has other times: its content decides.
        name = content_name(model) if folders else None
        return next((folder for folder in folders if folder.name == name), None)

    def export(self) -> None:
        """Make sure that there is an exported encoder, all of it as it was written.

        When the model cannot be exported, that is logged and the model itself is used.

        Raises:
            EmbedderUnavailable: the model has to be loaded for it and cannot be.
        """
        with self._lock:
            self._looked = True
            folder = self.exported()
            if folder:
                try:
                    self._encoder = Encoder(folder, thorough=True)
                except EncoderDamaged:
                    shutil.rmtree(folder, ignore_errors=True)
                else:
                    return
            try:
                self._encoder = export_encoder(self._reference, self._encoders)
            except (ExportFailed, EncoderDamaged) as error:
                _log.warning(_NOT_EXPORTED, error)

    def _ready(self) -> Encoder | None:
        """The exported encoder, looked for once; ``None`` where the model itself must do."""
        with self._lock:
            if not self._looked:
                folder = self.exported()
                try:
                    self._encoder = Encoder(folder) if folder else None
                except EncoderDamaged as error:
                    _log.warning(_DAMAGED, error)
                self._looked = True
            return self._encoder


def open_embedder(model_folder: str | None, data_dir: Path, *, export: bool = False) -> Embedder:
    """The embedder for the model in ``model_folder`` (``None``: the packaged one).

    Nothing is loaded yet, unless ``export`` asks for the encoder in ``data_dir`` to be made now.

    Raises:
        EmbedderUnavailable: the model has to be exported and cannot be loaded.
    """
    embedder = LocalEmbedder(model_folder, data_dir)
    if export:
        embedder.export()
    return embedder
