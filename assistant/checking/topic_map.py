"""The map of topics to articles (``topics.toml`` beside the articles): no article outside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.checking.page import Page
from assistant.errors import CorpusError
from assistant.screening.findings import Finding

FILE_NAME = "topics.toml"


def topic_findings(pages: Sequence[Page], folder: Path) -> Iterator[Finding]:
    """Articles that stand under no topic, and topics that name no article.

    Nothing where the folder has no map. Translations follow their originals.

    Raises:
        CorpusError: the map cannot be read.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return
    named = _named(path)
    ids = {page.article.id for page in pages}
    for page in pages:
        if page.article.id not in named and not page.article.translation_of:
            why = f"stands under no topic of {FILE_NAME}; add its id there"
            yield page.finding("topic_map", None, page.article.id, why)
    for unknown in sorted(named - ids):
        why = f"{FILE_NAME} names an article that does not exist"
        yield pages[0].finding("topic_map", None, unknown, why)


def _named(path: Path) -> set[str]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["topic"]
        return {article for row in rows for article in row["articles"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CorpusError(f"{path} cannot be read: {error}.") from error
