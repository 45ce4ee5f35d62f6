"""Articles from other formats: files, pasted words and web pages, as Markdown to be checked."""

from __future__ import annotations

from assistant.sources.fetching import fetch_source
from assistant.sources.reading import pasted, read_source, read_source_file, read_source_folder
from assistant.sources.records import MAX_SOURCE_BYTES, SourceKind, SourceText

__all__ = [
    "MAX_SOURCE_BYTES",
    "SourceKind",
    "SourceText",
    "fetch_source",
    "pasted",
    "read_source",
    "read_source_file",
    "read_source_folder",
]
