"""Opening the vector store that the settings point at."""

from __future__ import annotations

from assistant.index.server import ServerPlace
from assistant.index.store import ChromaStore
from assistant.settings import Settings


def open_store(settings: Settings) -> ChromaStore:
    """The vector store that ``settings`` point at; nothing is read or written yet."""
    if settings.chroma_url:
        token = settings.chroma_token
        place = ServerPlace(
            url=settings.chroma_url,
            tenant=settings.chroma_tenant,
            database=settings.chroma_database,
            token=token.get_secret_value() if token else None,
        )
        return ChromaStore.on_server(place)
    return ChromaStore.on_disk(settings.data_dir / "chroma")
