"""The map of the library (``topics.toml`` beside the articles): what stands under which topic."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from assistant.errors import CorpusError
from assistant.records import DEFAULT_LANGUAGE, Article, Library

FILE_NAME = "topics.toml"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its name in each language, and the ids of its articles in reading order."""

    titles: dict[str, str]
    articles: tuple[str, ...]

    def title(self, lang: str) -> str:
        """Its name in ``lang``, in the library's main language where it has none."""
        return self.titles.get(lang, self.titles[DEFAULT_LANGUAGE])


def read_topics(folder: Path) -> tuple[Topic, ...]:
    """The topics in the order written; none where ``folder`` has no map.

    Raises:
        CorpusError: the map cannot be read.
    """
    path = folder / FILE_NAME
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["topic"]
        return tuple(
            Topic(
                {DEFAULT_LANGUAGE: str(row["title"]), **row.get("titles", {})},
                tuple(row["articles"]),
            )
            for row in rows
        )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CorpusError(f"{path} cannot be read: {error}.") from error


def by_topic(
    library: Library, topics: Sequence[Topic], lang: str
) -> list[tuple[Topic | None, list[Article]]]:
    """The articles in ``lang`` under their topics; last, under ``None``, those that have no topic.

    A translation stands under the topic of its original. Empty topics are left out.
    """
    articles = {a.translation_of or a.id: a for a in library if a.language == lang}
    groups: list[tuple[Topic | None, list[Article]]] = []
    for topic in topics:
        groups.append((topic, [articles.pop(i) for i in topic.articles if i in articles]))
    groups.append((None, sorted(articles.values(), key=lambda a: a.title.casefold())))
    return [(topic, found) for topic, found in groups if found]


def related(library: Library, article: Article, count: int) -> list[Article]:
    """The articles in the same language that share most of this one's subjects, nearest first.

    Subjects are the ``topics`` of the front matter; one that few articles have says more.
    """
    others = [a for a in library if a.language == article.language and a.id != article.id]
    spread = Counter(name for a in [article, *others] for name in set(a.topics))
    weight = {name: log((len(others) + 2) / spread[name]) for name in set(article.topics)}
    shared = {a.id: sum(weight.get(name, 0.0) for name in set(a.topics)) for a in others}
    near = [a for a in others if shared[a.id] > 0]
    return sorted(near, key=lambda a: (-shared[a.id], a.title.casefold()))[:count]
