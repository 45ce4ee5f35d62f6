"""The map of topics to articles: no article outside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.checking.page import Page
from assistant.screening.findings import Finding
from assistant.topics import FILE_NAME, read_topics


def topic_findings(pages: Sequence[Page], folder: Path) -> Iterator[Finding]:
    """Articles that stand under no topic, and topics that name no article.

    Nothing where the folder has no map. Translations follow their originals.

    Raises:
        CorpusError: the map cannot be read.
    """
    topics = read_topics(folder)
    if not topics:
        return
    named = {article for topic in topics for article in topic.articles}
    ids = {page.article.id for page in pages}
    for page in pages:
        if page.article.id not in named and not page.article.translation_of:
            why = f"stands under no topic of {FILE_NAME}; add its id there"
            yield page.finding("topic_map", None, page.article.id, why)
    for unknown in sorted(named - ids):
        why = f"{FILE_NAME} names an article that does not exist"
        yield pages[0].finding("topic_map", None, unknown, why)
