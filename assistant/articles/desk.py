"""What every change needs: the settings, the shelf, who is at work, and how to embed."""

from __future__ import annotations

import getpass
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from assistant.article_cache import ArticleCache
from assistant.articles.changes import pending
from assistant.articles.history import Action, Decision, Event, now
from assistant.articles.indexing import Progress, Update, update_index
from assistant.articles.shelf import Shelf
from assistant.corpus import (
    ReadArticles,
    articles_root,
    read_article,
    read_articles,
    read_file,
)
from assistant.embedding import Embedder
from assistant.errors import CorpusError, CorpusMissing, NoSuchArticle
from assistant.front_matter import split_front_matter
from assistant.records import Article
from assistant.settings import Settings, refuse_writing


@dataclass(frozen=True, slots=True)
class Published:
    """Articles with their files, by id."""

    articles: dict[str, Article]
    files: dict[str, Path]

    @classmethod
    def of(cls, read: ReadArticles) -> Published:
        """What was read from a folder, whose articles are published or are to be."""
        pairs = list(zip(read.articles, read.files, strict=True))
        return cls({a.id: a for a, _path in pairs}, {a.id: path for a, path in pairs})


@dataclass(kw_only=True)
class Desk:
    """One person's work on one library. The command line and the page use the same functions.

    ``embedder`` is opened when it is needed, unless one is given.
    """

    settings: Settings
    by: str = ""
    embedder: Embedder | None = None
    progress: Progress | None = None
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    def __post_init__(self) -> None:
        self.by = " ".join(self.by.split()) or _user()

    @cached_property
    def shelf(self) -> Shelf:
        """The folders of the library."""
        return Shelf(self.settings.corpus_dir)

    def published(self) -> Published:
        """What is published now.

        Raises:
            ArticleInvalid: a file there cannot be used; all problems are listed at once.
        """
        try:
            cache = ArticleCache.of(self.settings.data_dir)
            return Published.of(read_articles(self.settings.corpus_dir, cache))
        except CorpusMissing:
            if self.settings.corpus_dir.is_dir():
                return Published({}, {})  # a library that begins
            raise

    def published_file(self, article_id: str) -> Path:
        """The file of a published article, found without reading them all.

        Raises:
            NoSuchArticle: it is not published.
        """
        usual = articles_root(self.settings.corpus_dir) / f"{article_id}.md"
        if usual.is_file() and _names(usual, article_id):
            return usual
        published = self.published()
        if article_id not in published.files:
            raise NoSuchArticle(f"There is no published article {article_id!r}.")
        return published.files[article_id]

    def event(
        self,
        article: str,
        action: Action,
        *,
        version: str | None = None,
        was: str | None = None,
        reason: str = "",
        decisions: tuple[Decision, ...] = (),
    ) -> Event:
        """Something this person did just now."""
        return Event(
            change=secrets.token_hex(8),
            at=now(),
            by=self.by,
            article=article,
            action=action,
            version=version,
            was=was,
            reason=reason,
            decisions=decisions,
        )

    def update(self) -> Update:
        """Carry a committed change through to the index."""
        return update_index(
            self.settings, shelf=self.shelf, embedder=self.embedder, progress=self.progress
        )

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Alone with the library, any interrupted change carried through before.

        Raises:
            LibraryBusy: somebody else's change takes too long.
            CorpusError: a file cannot be written; what was published stays as it is.
            ReadOnly: another installation writes.
        """
        refuse_writing(self.settings)
        try:
            with self.shelf.locked():
                if pending(self.shelf):
                    self.update()
                yield
        except OSError as error:
            raise CorpusError(
                f"The articles' folder cannot be written ({error.strerror or error}).",
                hint="Free some space or give yourself the right to write there; then run "
                "pmr-assistant index, which finishes what was begun.",
            ) from error


def _names(path: Path, article_id: str) -> bool:
    """Whether the file says that it is this article; its name alone proves nothing."""
    try:
        return str(split_front_matter(read_file(path), str(path))[0].get("id")) == article_id
    except CorpusError:
        return False


def version_of(path: Path) -> str | None:
    """The version of the article in ``path``; none when it can be no article."""
    try:
        article, _findings = read_article(path)
    except CorpusError:
        return None
    return article.version if article else None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without names
        return "unknown"
