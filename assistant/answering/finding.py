"""What a search of the library shows: the nearest articles, each with its nearest sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.records import Article, Library, Passage
from assistant.retrieval import Hit

_ARTICLES, _SECTIONS = 6, 2


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article, and the first passage of each of its sections that come nearest."""

    article: Article
    passages: tuple[Passage, ...]


def found_articles(
    library: Library, hits: Sequence[Hit], permitted: Callable[[str], bool]
) -> list[FoundArticle]:
    """The articles of ``hits``, in their order; titles and headings only that are ``permitted``."""
    sections: dict[str, dict[str, Passage]] = {}
    for hit in hits:
        own = sections.setdefault(hit.passage.article, {})
        heading = hit.passage.heading
        if len(own) < _SECTIONS and heading and permitted(heading):
            own.setdefault(heading, hit.passage)
    return [
        FoundArticle(article, tuple(own.values()))
        for name, own in sections.items()
        if permitted((article := library.articles[name]).title)
    ][:_ARTICLES]
