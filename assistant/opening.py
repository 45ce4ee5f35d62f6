"""Opening an assistant over the index that the settings point at."""

from __future__ import annotations

from assistant.chat import Assistant
from assistant.embedding import open_embedder
from assistant.index.live import LiveIndex
from assistant.index.opening import open_store
from assistant.settings import Settings


def open_assistant(settings: Settings) -> Assistant:
    """An assistant over the index that ``settings`` point at; loads nothing heavy yet."""
    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    index = LiveIndex(settings.data_dir, open_store(settings), embedder)
    if settings.model is None:
        return Assistant(settings, index, embedder)
    from assistant.writing.writer import open_second_look, open_writer

    writer = open_writer(settings)
    return Assistant(settings, index, embedder, writer, open_second_look(settings, writer))
